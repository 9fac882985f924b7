import assert from 'node:assert/strict';
import { newUuid, silentLog, systemClock } from '../../base/index.ts';
import type { Key } from '../../kit/index.ts';
import { northbound } from '../../ovn/index.ts';
import { comment, type Operation, openDatabase } from '../../ovsdb/index.ts';
import { startServer } from '../../ovsdb/testing/index.ts';
import { NorthboundClaim } from '../claim.ts';
import { managed } from '../schema.ts';
import { listOwnedKeys, type NorthboundDatabase, NorthboundTarget, openNorthbound } from '../target.ts';
import { aWorld, type Objects } from './builders.ts';

const schema = '/usr/share/ovn/ovn-nb.ovsschema';

const all = { columns: 'all' } as const;

/** A real NB, the target over it, and a second pair of eyes (and hands) that are not ours. */
export async function withNorthbound(body: (nb: Awaited<ReturnType<typeof openNb>>) => Promise<void>): Promise<void> {
  const nb = await openNb();
  try {
    await body(nb);
  } finally {
    await nb.close();
  }
}

async function openNb() {
  const server = await startServer({ schema });
  const database = openNorthbound({ endpoints: [server.unix] });
  const stranger = openDatabase({
    schema: northbound.schema,
    endpoints: [server.unix],
    select: { ...managed, Logical_Switch: all, Logical_Router: all, Port_Group: all },
  });
  await Promise.all([database.synchronised(), stranger.synchronised()]);
  const target = await targetOfStore(database);
  /** After an answer, a replica shows all that was committed before it, by other clients too. */
  const caughtUp = () => Promise.all([database, stranger].map((side) => side.transact([comment('catch up')])));
  return {
    database,
    target,
    stranger,
    /** Plans and applies; answers the operations that were needed. */
    async converge(objects: Objects, keys: readonly Key[] = keysOf(objects)): Promise<readonly Operation[]> {
      const operations = await target.plan(await aWorld(objects, keys));
      if (operations.length > 0) assert.deepEqual(await target.apply(operations), { ok: true, value: undefined });
      await caughtUp();
      return operations;
    },
    async write(...operations: Operation[]) {
      const answer = await stranger.transact(operations);
      assert.ok(answer.ok, JSON.stringify(answer));
      await caughtUp();
    },
    async close() {
      await database.close();
      await stranger.close();
      await server.stop();
    },
  };
}

/** A target of a store of its own, which has compared NB. */
export async function targetOfStore(database: NorthboundDatabase): Promise<NorthboundTarget> {
  const claim = new NorthboundClaim({
    replica: database.replica,
    storeId: newUuid(),
    ownedKeys: () => listOwnedKeys(database),
    countKnown: async (keys) => keys.length,
    adopt: false,
    clock: systemClock,
    log: silentLog,
  });
  await claim.examine();
  return new NorthboundTarget(database, claim);
}

/** The keys of all of the objects. */
export function keysOf({
  networks = [],
  routers = [],
  securityGroups = [],
  addressGroups = [],
  ports = [],
}: Objects): readonly Key[] {
  return [
    ...networks.map(({ id }) => ({ kind: 'network', id })),
    ...routers.map(({ id }) => ({ kind: 'router', id })),
    ...securityGroups.flatMap(({ id }) => [
      { kind: 'security-group', id },
      { kind: 'security-group-addresses', id },
    ]),
    ...addressGroups.map(({ id }) => ({ kind: 'address-group', id })),
    ...ports.map(({ id }) => ({ kind: 'port', id })),
  ];
}
