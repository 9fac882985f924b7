import { err, ok, takeTurns } from '../base/index.ts';
import { idPages, type Key } from '../kit/index.ts';
import type { Replica } from '../ovsdb/index.ts';
import type { Source, Target } from '../reconcile/index.ts';
import { isRouterPort, type Port, type PortId, portTable } from '../resources/index.ts';
import type { PortStanding, Store } from '../store/index.ts';
import type { SbRows } from './database.ts';
import { type Forwarding, forwardingOf } from './forwarding.ts';

/** The ports of a batch: what is declared and recorded of each. */
export type StatusWorld = ReadonlyMap<PortId, PortStanding>;

/** The new record of one port. */
export interface StatusOperation {
  readonly portId: PortId;
  readonly forwarding: Forwarding;
  readonly status: Port['status'];
}

/** About two milliseconds of work. */
const portsPerQuery = 250;

/** Reads what the store has recorded. */
export function statusSource(store: Store): Source<StatusWorld> {
  return {
    load: (keys) =>
      store.snapshot(async (reader) => {
        const turn = takeTurns();
        const world = new Map<PortId, PortStanding>();
        for (let start = 0; start < keys.length; start += portsPerQuery) {
          const ids = keys.slice(start, start + portsPerQuery).map(({ id }) => id as PortId);
          for (const standing of await reader.observed.portStandings(ids)) world.set(standing.portId, standing);
          await turn();
        }
        return world;
      }),
    listKeys: () =>
      store.snapshot(async (reader) => {
        const keys: Key[] = [];
        for await (const ids of idPages(reader, portTable)) keys.push(...ids.map((id) => ({ kind: 'port', id })));
        return keys;
      }),
  };
}

/** Brings the store's record of status in line with SB. It waits until the whole of SB has arrived. */
export function statusTarget(store: Store, replica: Replica<SbRows>): Target<StatusWorld, StatusOperation> {
  return {
    name: 'status',
    ready: () => replica.complete,
    listKeys: () => [],
    plan: async (world, keys) =>
      keys.flatMap(({ id }) => planPort(world, id as PortId, forwardingOf(replica, id as PortId))),
    async apply(operations) {
      try {
        await store.write(async (unit) => {
          await unit.observed.setForwarding(operations.map(({ portId, forwarding }) => ({ portId, ...forwarding })));
          for (const [status, its] of Map.groupBy(operations, (operation) => operation.status))
            await unit.setPortStatus(
              its.map(({ portId }) => portId),
              status,
            );
          return ok(undefined);
        });
        return ok(undefined);
      } catch (error) {
        return err({ kind: 'unavailable', message: `recording status: ${String(error)}` });
      }
    },
  };
}

function planPort(world: StatusWorld, portId: PortId, forwarding: Forwarding): readonly StatusOperation[] {
  const standing = world.get(portId);
  if (!standing) return [];
  const { state } = standing;
  const status = decidePortStatus(standing, forwarding);
  const isRecorded = (state?.isUp ?? false) === forwarding.isUp && state?.chassis === forwarding.chassis;
  return isRecorded && standing.status === status ? [] : [{ portId, forwarding, status }];
}

/** ACTIVE when OVN has the port up and, for a guest's, the agent of the same host has wired the first hop. */
export function decidePortStatus(
  { deviceOwner, hostId, state }: Omit<PortStanding, 'portId' | 'status'>,
  { isUp, chassis }: Forwarding,
): Port['status'] {
  if (!isUp) return 'DOWN';
  if (isRouterPort({ deviceOwner })) return 'ACTIVE';
  const host = hostId || chassis;
  return state?.wirings.some((wiring) => wiring.host === host) ? 'ACTIVE' : 'DOWN';
}
