import assert from 'node:assert/strict';
import { oneTurn } from '../../base/index.ts';
import {
  addressClaimValue,
  deleteRow,
  idPages,
  insertRow,
  nextRevision,
  type Predicate,
  type Query,
  updateRow,
} from '../../kit/index.ts';
import {
  inSecurityGroup,
  networkTable,
  type Port,
  type PortId,
  portTable,
  subnetTable,
} from '../../resources/index.ts';
import { openStore, type Store } from '../index.ts';
import { address, aNetwork, aPort, aSecurityGroup, aSubnet } from './builders.ts';
import type { ContractSubject } from './contract-subject.ts';
import { commit, testStore } from './with-store.ts';

const everything: Predicate = { kind: 'all', of: [] };

/** Collections: every predicate, order, pages, and views of one moment. */
export function collectionContract(subject: ContractSubject): void {
  testStore(subject, 'answers every kind of predicate', async (store) => {
    const network = aNetwork({ name: 'one' });
    const subnetId = aSubnet().id;
    const named = (name: string, differences: Partial<Port> = {}) => aPort({ name, ...differences });
    const [group, otherGroup] = [aSecurityGroup().id, aSecurityGroup().id];
    const ports = [
      named('a', {
        securityGroupIds: [group],
        networkId: network.id,
        fixedIps: [{ subnetId, ipAddress: address('2001:db8:1::5') }],
      }),
      named('b%', { securityGroupIds: [group, otherGroup] }),
      named('B_c', { deviceId: 'x' }),
    ];
    await commit(store, [insertRow(networkTable, network), ...ports.map((entity) => insertRow(portTable, entity))]);
    const many = Array.from({ length: 40 }, (_, index) => (index === 7 ? 'a' : `no ${index}`));
    const value = addressClaimValue(address('2001:db8:1::5'));
    const cases: readonly [Predicate, string][] = [
      [everything, 'B_c a b%'],
      [{ kind: 'any', of: [] }, ''],
      [{ kind: 'in', column: 'name', values: ['a', 'b%'] }, 'a b%'],
      [{ kind: 'in', column: 'name', values: [] }, ''],
      [{ kind: 'in', column: 'name', values: many }, 'a'],
      [{ kind: 'in', column: 'revision', values: Array.from({ length: 40 }, (_, index) => index) }, 'B_c a b%'],
      [{ kind: 'contains', column: 'name', text: '%' }, 'b%'],
      [{ kind: 'contains', column: 'name', text: 'b' }, 'b%'],
      [{ kind: 'contains', column: 'fixed_ips', text: '2001', part: 1 }, 'a'],
      [{ kind: 'contains', column: 'fixed_ips', text: '-', part: 1 }, ''],
      [{ kind: 'compare', column: 'name', operator: '>', value: 'a' }, 'b%'],
      [{ kind: 'compare', column: 'name', operator: '<', value: 'a' }, 'B_c'],
      [{ kind: 'not', of: { kind: 'in', column: 'device_id', values: ['x'] } }, 'a b%'],
      [{ kind: 'claims', scopePrefix: 'subnet:', values: [value] }, 'a'],
      [{ kind: 'claims', scopePrefix: 'elsewhere:', values: [value] }, ''],
      [{ kind: 'claims', scope: 'elsewhere', values: [value] }, ''],
      [inSecurityGroup(group), 'a b%'],
      [inSecurityGroup(otherGroup), 'b%'],
      [
        {
          kind: 'related',
          column: 'network_id',
          table: networkTable,
          where: { kind: 'in', column: 'name', values: ['one'] },
        },
        'a',
      ],
      [
        {
          kind: 'all',
          of: [
            { kind: 'in', column: 'name', values: ['a', 'b%'] },
            { kind: 'contains', column: 'name', text: 'b' },
          ],
        },
        'b%',
      ],
      [
        {
          kind: 'any',
          of: [
            { kind: 'in', column: 'name', values: ['a'] },
            { kind: 'in', column: 'device_id', values: ['x'] },
          ],
        },
        'B_c a',
      ],
    ];
    for (const [where, expected] of cases) {
      const sort = [{ column: 'name', descending: false }];
      const found = await store.reader.list(portTable, { where, sort });
      assert.equal(found.map(({ name }) => name).join(' '), expected, JSON.stringify(where));
    }
  });

  nullContract(subject);

  testStore(subject, 'reads a collection in pages of one moment while it changes', async (store) => {
    const ports = Array.from({ length: 25 }, () => aPort());
    await commit(
      store,
      ports.map((entity) => insertRow(portTable, entity)),
    );
    const seen: Port[] = [];
    const sizes: number[] = [];
    for await (const page of store.reader.pages(portTable, { where: everything }, 10)) {
      if (sizes.length === 0) await renameAll(store, ports);
      sizes.push(page.length);
      seen.push(...page);
    }
    assert.deepEqual(sizes, [10, 10, 5]);
    assert.deepEqual(
      seen,
      ports.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    );
    for await (const page of store.reader.pages(portTable, { where: everything, limit: 3 }, 10))
      assert.equal(page.length, 3);
    for await (const _ of store.reader.pages(portTable, { where: everything }, 10)) break;
  });

  testStore(subject, 'closes once the list that is being read has ended', async (store, database) => {
    await commit(store, [insertRow(portTable, aPort()), insertRow(portTable, aPort())]);
    const other = await openStore({ database });
    const pages = other.reader.pages(portTable, { where: everything }, 1)[Symbol.asyncIterator]();
    await pages.next();
    let isOver = false;
    const closing = other.close().finally(() => assert.ok(isOver, 'closed while a list was being read'));
    await oneTurn();
    isOver = true;
    await pages.return?.();
    await closing;
  });

  testStore(subject, 'lists ids alone, and all of them in pages', async (store) => {
    const [one, other] = [aNetwork(), aNetwork()];
    const ports = Array.from({ length: 1_002 }, (_, index) => aPort({ networkId: (index < 2 ? one : other).id }));
    await commit(
      store,
      ports.map((entity) => insertRow(portTable, entity)),
    );
    const ids = ports.map(({ id }) => id);
    const onOne: Predicate = { kind: 'in', column: 'network_id', values: [one.id] };
    assert.deepEqual(await store.reader.listIds(portTable, { where: onOne }), ids.slice(0, 2).sort());
    assert.deepEqual(await store.reader.listIds(portTable, { where: { kind: 'any', of: [] } }), []);
    assert.equal((await store.reader.listIds(portTable, { where: everything, limit: 3 })).length, 3);
    const pages: (readonly string[])[] = [];
    await store.snapshot(async (snapshot) => {
      for await (const page of idPages(snapshot, portTable)) pages.push(page);
    });
    assert.deepEqual(
      pages.map(({ length }) => length),
      [1_000, 2],
    );
    assert.deepEqual(pages.flat(), ids.toSorted());
  });

  testStore(subject, 'gives a snapshot that nothing moves, with the revision it shows', async (store) => {
    const port = aPort();
    await commit(store, [insertRow(portTable, port)], [{ kind: 'port', id: port.id }]);
    await store.snapshot(async (snapshot) => {
      assert.equal(snapshot.revision, 1);
      await commit(store, [deleteRow(portTable, port.id)], [{ kind: 'port', id: port.id }]);
      assert.deepEqual(await snapshot.find(portTable, port.id), port);
      assert.equal(await store.snapshot(async ({ revision }) => revision), 2);
    });
    await assert.rejects(
      store.snapshot(async () => {
        throw new Error('while reading');
      }),
      /while reading/,
    );
    assert.equal(await store.snapshot(async (snapshot) => snapshot.find(portTable, port.id)), undefined);
  });
}

/** Null is the least of values, in comparisons and in order. */
function nullContract(subject: ContractSubject): void {
  testStore(subject, 'sorts and compares null as the least value', async (store) => {
    const subnets = [
      aSubnet({ name: 'none', ipv6RaMode: undefined }),
      aSubnet({ name: 'slaac' }),
      aSubnet({ name: 'stateful', ipv6RaMode: 'dhcpv6-stateful' }),
    ];
    await commit(
      store,
      subnets.map((entity) => insertRow(subnetTable, entity)),
    );
    const column = 'ipv6_ra_mode';
    const compare = (operator: '<' | '>', value: string | null): Predicate => ({
      kind: 'compare',
      column,
      operator,
      value,
    });
    const cases: readonly [Predicate, string][] = [
      [{ kind: 'in', column, values: [null] }, 'none'],
      [{ kind: 'in', column, values: [null, 'slaac'] }, 'none slaac'],
      [{ kind: 'not', of: { kind: 'in', column, values: ['slaac'] } }, 'none stateful'],
      [compare('<', 'slaac'), 'none stateful'],
      [compare('>', null), 'stateful slaac'],
      [compare('<', null), ''],
    ];
    for (const [where, expected] of cases) {
      assert.equal(
        await names(store, { where, sort: [{ column, descending: false }] }),
        expected,
        JSON.stringify(where),
      );
    }
    assert.equal(
      await names(store, { where: everything, sort: [{ column, descending: true }] }),
      'slaac stateful none',
    );
  });
}

async function names(store: Store, query: Query): Promise<string> {
  return (await store.reader.list(subnetTable, query)).map(({ name }) => name).join(' ');
}

async function renameAll(store: Store, ports: readonly Port[]): Promise<void> {
  const id = aPort().id as PortId;
  await commit(store, [
    insertRow(portTable, { ...aPort(), id }),
    ...ports.map((port) => {
      const entity = nextRevision({ ...port, name: 'renamed' }, '2026-11-21T20:00:01Z');
      return updateRow(portTable, entity);
    }),
  ]);
}
