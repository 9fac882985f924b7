import { err, ok } from '../base/index.ts';
import type { Replica } from '../ovsdb/index.ts';
import type { Key, Source, Target } from '../reconcile/index.ts';
import { idPages, isRouterPort, listById, type Port, type PortId } from '../resources/index.ts';
import type { PortState, Store } from '../store/index.ts';
import type { SbRows } from './database.ts';
import { type Forwarding, forwardingOf } from './forwarding.ts';

/** The ports of a batch, as declared, and what was recorded of them. */
export interface StatusWorld {
  readonly ports: ReadonlyMap<PortId, Port>;
  readonly states: ReadonlyMap<PortId, PortState>;
}

/** The new record of one port. */
export interface StatusOperation {
  readonly portId: PortId;
  readonly forwarding: Forwarding;
  readonly status: Port['status'];
}

/** Reads what the store has recorded. */
export function statusSource(store: Store): Source<StatusWorld> {
  return {
    load: (keys) =>
      store.snapshot(async (reader) => {
        const ids = keys.map(({ id }) => id as PortId);
        const ports = await listById(reader, 'port', ids);
        const states = await reader.observed.portStates(ids);
        return {
          ports: new Map(ports.map((port) => [port.id, port])),
          states: new Map(states.map((state) => [state.portId, state])),
        };
      }),
    listKeys: () =>
      store.snapshot(async (reader) => {
        const keys: Key[] = [];
        for await (const ids of idPages(reader, 'port')) keys.push(...ids.map((id) => ({ kind: 'port', id })));
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
          for (const { portId, status } of operations) await unit.setPortStatus(portId, status);
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
  const port = world.ports.get(portId);
  if (!port) return [];
  const state = world.states.get(portId);
  const status = decidePortStatus(port, forwarding, state);
  const isRecorded = (state?.isUp ?? false) === forwarding.isUp && state?.chassis === forwarding.chassis;
  return isRecorded && port.status === status ? [] : [{ portId, forwarding, status }];
}

/** ACTIVE when OVN has the port up and, for a guest's, the agent of the same host has wired the first hop. */
export function decidePortStatus(
  port: Port,
  { isUp, chassis }: Forwarding,
  state: PortState | undefined,
): Port['status'] {
  if (!isUp) return 'DOWN';
  if (isRouterPort(port)) return 'ACTIVE';
  const host = port.binding.hostId || chassis;
  return state?.wirings.some((wiring) => wiring.host === host) ? 'ACTIVE' : 'DOWN';
}
