import assert from 'node:assert/strict';
import { err, ok } from '../../base/index.ts';
import { addressClaimValue, deleteRow, deleteRows, insertRow, nextRevision, updateRow } from '../../kit/index.ts';
import {
  addressScope,
  networkTable,
  type Port,
  portTable,
  type SubnetId,
  securityGroupRuleTable,
  subnetTable,
} from '../../resources/index.ts';
import { openStore, type Store, StoreConflict, type UnitOfWork } from '../index.ts';
import { address, aNetwork, aPort, aSecurityGroup, aSecurityGroupRule, aSubnet } from './builders.ts';
import type { ContractSubject } from './contract-subject.ts';
import { commit, testStore } from './with-store.ts';

const later = '2026-11-21T20:00:01Z';

/** Units of work: whole or not at all, apart from each other, in order. */
export function unitContract(subject: ContractSubject): void {
  testStore(subject, 'gives back every kind of entity as it was written', async (store) => {
    const network = aNetwork();
    const subnet = aSubnet({ networkId: network.id, gatewayIp: undefined, ipv6RaMode: undefined });
    const port = aPort({ fixedIps: [{ subnetId: subnet.id, ipAddress: address('2001:db8:1::5') }] });
    await commit(store, [insertRow(networkTable, network), insertRow(subnetTable, subnet), insertRow(portTable, port)]);
    assert.deepEqual(await store.reader.find(networkTable, network.id), network);
    assert.deepEqual(await store.reader.find(subnetTable, subnet.id), subnet);
    assert.deepEqual(await store.reader.find(portTable, port.id), port);
    await commit(store, [deleteRow(portTable, port.id)]);
    assert.equal(await store.reader.find(portTable, port.id), undefined);
    assert.deepEqual(await store.reader.claimed(addressScope(subnet.id)), []);
  });

  testStore(subject, 'lets others have the event loop while a unit makes many changes', async (store) => {
    const ports = Array.from({ length: 1_000 }, () => aPort());
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    await store.write(async (unit) => {
      setImmediate(count);
      await unit.apply(
        ports.map((entity) => insertRow(portTable, entity)),
        [],
      );
      isOver = true;
      return ok(undefined);
    });
    assert.ok(turns > 5, `${turns} turns`);
  });

  testStore(
    subject,
    'takes back a unit that answers with an error, and one that throws, and no other',
    async (store) => {
      const [kept, refused, thrown, alsoKept] = [aPort(), aPort(), aPort(), aPort()];
      const insert = (entity: Port) => async (unit: UnitOfWork) => {
        await unit.apply([insertRow(portTable, entity)], [{ kind: 'port', id: entity.id }]);
      };
      const outcomes = await Promise.allSettled([
        store.write(async (unit) => ok(await insert(kept)(unit))),
        store.write(async (unit) => err(await insert(refused)(unit))),
        store.write(async (unit) => {
          await insert(thrown)(unit);
          throw new Error('thrown');
        }),
        store.write(async (unit) => ok(await insert(alsoKept)(unit))),
      ]);
      assert.deepEqual(
        outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.ok : String(outcome.reason))),
        [true, false, 'Error: thrown', true],
      );
      const ports = await store.reader.list(portTable, { where: { kind: 'all', of: [] } });
      assert.deepEqual(
        ports.map(({ id }) => id),
        [kept.id, alsoKept.id].sort(),
      );
      const keys = await store.outbox.takeDirty();
      assert.deepEqual(
        keys.map(({ id }) => id),
        [kept.id, alsoKept.id],
      );
    },
  );

  testStore(subject, 'survives a statement that the database refuses inside a group', async (store) => {
    const port = aPort();
    const again = { ...port, macAddress: aPort().macAddress };
    const outcomes = await Promise.allSettled(
      [port, again, aPort()].map((entity) => commit(store, [insertRow(portTable, entity)])),
    );
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
  });

  testStore(subject, 'lets a unit read what it wrote, and nobody else before it is committed', async (store) => {
    const port = aPort();
    const seen = await store.write(async (unit) => {
      await unit.apply([insertRow(portTable, port)], []);
      const inside = await unit.find(portTable, port.id);
      const outside = await store.reader.find(portTable, port.id);
      return ok([inside, outside]);
    });
    assert.deepEqual(seen, ok([port, undefined]));
  });

  testStore(subject, 'refuses a unit that is used after it ended', async (store) => {
    let kept: UnitOfWork | undefined;
    await store.write(async (unit) => {
      kept = unit;
      return ok(undefined);
    });
    await assert.rejects(async () => kept?.find(portTable, aPort().id), /only while it runs/);
  });

  revisionContract(subject);
  claimContract(subject);
}

function revisionContract(subject: ContractSubject): void {
  testStore(subject, 'lets a change follow the revision below its own, and no other', async (store) => {
    const port = aPort();
    await commit(store, [insertRow(portTable, port)]);
    const second = nextRevision({ ...port, name: 'second' }, later);
    await commit(store, [updateRow(portTable, second)]);
    const conflicts = [second, { ...second, revision: 9 }, { ...aPort(), revision: 2 }].map(async (entity) =>
      conflictOf(commit(store, [updateRow(portTable, entity)])),
    );
    const about = { table: 'ports', id: port.id };
    assert.deepEqual((await Promise.all(conflicts)).slice(0, 2), [
      { kind: 'revision-mismatch', ...about, expected: 1, actual: 2 },
      { kind: 'revision-mismatch', ...about, expected: 8, actual: 2 },
    ]);
    assert.equal((await conflicts[2])?.kind, 'not-found');
    assert.deepEqual(await store.reader.find(portTable, port.id), second);
  });

  testStore(subject, 'lets one of many that change the same revision win', async (store, database) => {
    const port = aPort();
    await commit(store, [insertRow(portTable, port)]);
    const other = await openStore({ database });
    const entity = nextRevision(port, later);
    const outcomes = await Promise.allSettled(
      [store, other, store, other].map((one) => commit(one, [updateRow(portTable, entity)])),
    );
    await other.close();
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  testStore(subject, 'loses no increment when two controllers count in the same row', async (store, database) => {
    const port = aPort();
    await commit(store, [insertRow(portTable, port)]);
    const other = await openStore({ database });
    const increment = (one: Store) =>
      one.write(async (unit) => {
        const actual = await unit.find(portTable, port.id);
        if (!actual) return err('gone');
        const keys = [{ kind: 'port', id: port.id }] as const;
        return ok(await unit.apply([updateRow(portTable, nextRevision(actual, later))], keys));
      });
    await Promise.all(Array.from({ length: 50 }, (_, index) => increment(index % 2 === 0 ? store : other)));
    await other.close();
    assert.equal((await store.reader.find(portTable, port.id))?.revision, 51);
    const snapshotRevision = await store.snapshot(async ({ revision }) => revision);
    assert.equal(snapshotRevision, 50);
  });

  testStore(subject, 'sets a status without a revision, and says how many changed', async (store) => {
    const port = aPort();
    await commit(store, [insertRow(portTable, port)]);
    const set = () => store.write(async (unit) => ok(await unit.setPortStatus([port.id], 'ACTIVE')));
    assert.deepEqual([await set(), await set()], [ok(1), ok(0)]);
    assert.deepEqual(await store.reader.find(portTable, port.id), { ...port, status: 'ACTIVE' });
  });
}

function claimContract(subject: ContractSubject): void {
  testStore(subject, 'gives a name to one holder at a time', async (store) => {
    const subnetId = aSubnet().id;
    const first = aPort({ fixedIps: fixedIps(subnetId, '2001:db8:1::5') });
    const second = aPort({ fixedIps: fixedIps(subnetId, '2001:db8:1::5') });
    await commit(store, [insertRow(portTable, first)]);
    assert.deepEqual(await conflictOf(commit(store, [insertRow(portTable, second)])), {
      kind: 'claimed',
      scope: addressScope(subnetId),
      value: addressClaimValue(address('2001:db8:1::5')),
    });
    await commit(store, [deleteRow(portTable, first.id)]);
    await commit(store, [insertRow(portTable, second)]);
  });

  testStore(subject, 'deletes all rows that belong to a thing, and their claims, and none else', async (store) => {
    const [group, other] = [aSecurityGroup().id, aSecurityGroup().id];
    const rules = [
      aSecurityGroupRule({ securityGroupId: group }),
      aSecurityGroupRule({ securityGroupId: group, direction: 'egress' }),
    ];
    const kept = aSecurityGroupRule({ securityGroupId: other, remoteGroupId: group });
    await commit(
      store,
      [...rules, kept].map((rule) => insertRow(securityGroupRuleTable, rule)),
    );
    assert.equal(await store.reader.countClaims(`rules:${group}`), 2);
    const belonging = { column: 'security_group_id', value: group, claimScope: `rules:${group}` };
    await commit(store, [deleteRows(securityGroupRuleTable, belonging)]);
    assert.deepEqual(await store.reader.listIds(securityGroupRuleTable, { where: { kind: 'all', of: [] } }), [kept.id]);
    assert.equal(await store.reader.countClaims(`rules:${group}`), 0);
    assert.equal(await store.reader.countClaims(`rules:${other}`), 1);
    await commit(store, [deleteRows(securityGroupRuleTable, belonging)]);
  });

  testStore(subject, 'moves claims with the row: new ones taken, old ones free, kept ones kept', async (store) => {
    const subnetId = aSubnet().id;
    const port = aPort({ fixedIps: fixedIps(subnetId, '2001:db8:1::5', '2001:db8:1::6') });
    await commit(store, [insertRow(portTable, port)]);
    const moved = nextRevision({ ...port, fixedIps: fixedIps(subnetId, '2001:db8:1::6', '2001:db8:1::7') }, later);
    await commit(store, [updateRow(portTable, moved)]);
    const [five, six, seven] = ['::5', '::6', '::7'].map((end) => addressClaimValue(address(`2001:db8:1${end}`)));
    assert.ok(five && six && seven);
    const scope = addressScope(subnetId);
    assert.deepEqual(await store.reader.claimed(scope), [six, seven]);
    assert.deepEqual(await store.reader.claimed(scope, [five, six]), [six]);
    assert.deepEqual(await store.reader.claimedBetween(scope, five, six), [six]);
    const claims = [five, six].flatMap((value) => [scope, 'elsewhere'].map((it) => ({ scope: it, value })));
    assert.deepEqual(await store.reader.heldClaims(claims), [{ scope, value: six }]);
    assert.deepEqual(await store.reader.claimedScopes(['elsewhere', scope]), [scope]);
    assert.deepEqual([await store.reader.heldClaims([]), await store.reader.claimedScopes([])], [[], []]);
  });
}

function fixedIps(subnetId: SubnetId, ...texts: readonly string[]): Port['fixedIps'] {
  return texts.map((text) => ({ subnetId, ipAddress: address(text) }));
}

async function conflictOf(attempt: Promise<void>): Promise<StoreConflict['conflict'] | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    if (error instanceof StoreConflict) return error.conflict;
    throw error;
  }
}
