import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { addressClaimValue, type Claim, type Column, type Stored, type Table } from '../../kit/index.ts';
import {
  networkTable,
  portTable,
  rbacPolicyTable,
  securityGroupRuleTable,
  securityGroupTable,
  subnetTable,
  tables,
} from '../../resources/index.ts';
import { mac, prefix } from '../../resources/testing/builders.ts';
import type { Session } from '../dialect/session.ts';
import { address, aNetwork, aPort, aSubnet } from '../testing/builders.ts';
import { aSqliteBackend } from '../testing/sqlite.ts';
import { migration as initial } from './0001-initial.ts';
import { migration as outboxInOrder } from './0002-outbox-in-order.ts';
import { migrations } from './index.ts';
import { migrate } from './migrate.ts';

test('makes the tables that the resources describe, column by column', async (context) => {
  const session = await emptySession(context);
  await migrate(session);
  const described = await session.own.introspection.getTables();
  for (const { name, columns } of Object.values(tables)) {
    const actual = described.find((table) => table.name === name)?.columns ?? [];
    assert.deepEqual(
      actual.map((column) => [column.name, column.dataType.toLowerCase(), column.isNullable]).sort(),
      Object.entries<Column>(columns)
        .map(([column, { kind, nullable }]) => [column, kind, nullable === true])
        .sort(),
      name,
    );
  }
});

test('runs each step once', async (context) => {
  const session = await emptySession(context);
  assert.deepEqual(
    await migrate(session),
    migrations.map(({ name }) => name),
  );
  assert.deepEqual(await migrate(session), []);
});

test('keeps the keys of a database whose outbox was laid out by key', async (context) => {
  const session = await emptySession(context);
  await initial.up(session);
  const keys = [
    { revision: 3, kind: 'port', id: 'a' },
    { revision: 7, kind: 'network', id: 'b' },
  ];
  await session.own.insertInto('outbox').values(keys).execute();
  await outboxInOrder.up(session);
  assert.deepEqual(await session.own.selectFrom('outbox').selectAll().execute(), keys);
});

test('puts guests’ ports from before security groups into the default group of their project', async (context) => {
  const session = await emptySession(context);
  const [before, after] = [
    migrations.filter(({ name }) => name < '0007'),
    migrations.filter(({ name }) => name >= '0007'),
  ];
  for (const step of before) await step.up(session);
  await insertInto(session, portTable, [
    aPort({ name: 'guest' }),
    aPort({
      name: 'paired',
      allowedAddressPairs: ['2001:db8::/64', '2001:db8::7/128'].map((text) => ({
        ipAddress: prefix(text),
        macAddress: mac('fa:16:3e:00:00:09'),
      })),
    }),
    aPort({ name: 'open', portSecurityEnabled: false }),
    aPort({ name: 'router', deviceOwner: 'network:router_interface' }),
  ]);
  for (const step of after) await step.up(session);
  const groups = await readAll(session, securityGroupTable);
  const ports = await readAll(session, portTable);
  const inGroups = Object.fromEntries(ports.map(({ name, securityGroupIds }) => [name, securityGroupIds]));
  const all = groups.map(({ id }) => id);
  assert.deepEqual(inGroups, { guest: all, paired: all, open: [], router: [] });
  const pairs = await session.own.selectFrom('claims').selectAll().where('scope', 'like', 'pairs:%').execute();
  assert.equal(pairs.length, 1);
  // As rules make them, so that groups know their ports, and a rule can't be added a second time.
  const rules = await readAll(session, securityGroupRuleTable);
  const expected = [
    ...claimsOf(securityGroupTable, groups),
    ...claimsOf(securityGroupRuleTable, rules),
    ...claimsOf(portTable, ports),
  ];
  const claims = await session.own.selectFrom('claims').selectAll().where('scope', 'not like', 'mac:%').execute();
  assert.deepEqual(claims.map(claimText).sort(), expected.filter((text) => !text.startsWith('mac:')).sort());
  assert.deepEqual([groups.length, rules.length], [1, 4]);
});

test('gives each shared network the policy that says so, which can not be made a second time', async (context) => {
  const session = await emptySession(context);
  const at = migrations.findIndex(({ name }) => name === '0010-rbac-policies');
  for (const step of migrations.slice(0, at)) await step.up(session);
  const shared = aNetwork({ shared: true });
  await insertInto(session, networkTable, [aNetwork(), shared]);
  for (const step of migrations.slice(at)) await step.up(session);
  const policies = await readAll(session, rbacPolicyTable);
  assert.deepEqual(
    policies.map(({ objectId, targetTenant, projectId }) => [objectId, targetTenant, projectId]),
    [[shared.id, '*', shared.projectId]],
  );
  const claims = await session.own.selectFrom('claims').selectAll().where('scope', 'like', 'rbac:%').execute();
  assert.deepEqual(claims.map(claimText), claimsOf(rbacPolicyTable, policies));
});

test('binds what one port alone had learned, and what is no fixed address of another', async (context) => {
  const session = await emptySession(context);
  const at = migrations.findIndex(({ name }) => name === '0015-bindings');
  for (const step of migrations.slice(0, at)) await step.up(session);
  const subnet = aSubnet();
  const { networkId } = subnet;
  const [one, two, elsewhere] = [aPort({ networkId }), aPort({ networkId }), aPort()];
  await insertInto(session, subnetTable, [subnet]);
  await insertInto(session, portTable, [one, two, elsewhere]);
  const fixed = { scope: `subnet:${subnet.id}`, value: addressClaimValue(address('2001:db8:1::5')), holder: two.id };
  await session.own.insertInto('claims').values(fixed).execute();
  const learned = [
    ...['fe80::1', 'fe80::2', '2001:db8:1::5', '2001:db8:1::6'].map((text) => [one.id, text]),
    ...['fe80::1', 'fe80::3'].map((text) => [two.id, text]),
    [elsewhere.id, 'fe80::2'],
  ];
  for (const [portId, text] of learned)
    await sql`insert into learned_addresses (port_id, address) values (${portId}, ${text})`.execute(session.own);
  for (const step of migrations.slice(at)) await step.up(session);
  const rows = await session.own.selectFrom('bindings').select(['port_id', 'address']).execute();
  assert.deepEqual(
    new Set(rows.map(({ port_id, address: text }) => `${port_id} ${text}`)),
    new Set([`${one.id} fe80::2`, `${one.id} 2001:db8:1::6`, `${two.id} fe80::3`, `${elsewhere.id} fe80::2`]),
  );
});

/** Rows of a table as an earlier program made it: without the columns that came since. */
async function insertInto<E extends Stored>(session: Session, table: Table<E>, entities: readonly E[]): Promise<void> {
  const described = (await session.own.introspection.getTables()).find(({ name }) => name === table.name);
  const known = described?.columns.map(({ name }) => name) ?? [];
  for (const entity of entities) {
    const row = Object.entries(table.toRow(entity)).filter(([column]) => known.includes(column));
    await session.entities.insertInto(table.name).values(Object.fromEntries(row)).execute();
  }
}

async function readAll<E extends Stored>(session: Session, table: Table<E>): Promise<readonly E[]> {
  return (await session.entities.selectFrom(table.name).selectAll().execute()).map(table.fromRow);
}

function claimsOf<E extends Stored>({ claims }: Table<E>, entities: readonly E[]): readonly string[] {
  return entities.flatMap((each) => (claims?.(each) ?? []).map((claim) => claimText({ ...claim, holder: each.id })));
}

function claimText({ scope, value, holder }: Claim & { readonly holder: string }): string {
  return `${scope} | ${value} | ${holder}`;
}

test('refuses a database with steps it does not know, and changes nothing', async (context) => {
  const session = await emptySession(context);
  await migrate(session);
  await session.own.insertInto('schema_migrations').values({ name: '9999-future', applied_at: '' }).execute();
  await assert.rejects(migrate(session), /newer than this program: it has 9999-future/);
});

async function emptySession(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-migrate-'));
  const backend = aSqliteBackend(join(folder, 'store.db'));
  context.after(async () => {
    await backend.close();
    await rm(folder, { recursive: true });
  });
  return await backend.openSession('write');
}

test('has its steps in order, each under the name of its file', () => {
  const names = migrations.map(({ name }) => name);
  assert.equal(names[0], '0001-initial');
  assert.deepEqual(names, names.toSorted());
  assert.equal(new Set(names).size, names.length);
});
