import { storedAddress } from '../kit/index.ts';
import { type Port, type PortId, portTable } from '../resources/index.ts';
import { bindingReaderOn } from './bindings.ts';
import type { Queries } from './dialect/session.ts';
import { membership } from './predicate.ts';
import { isPublished } from './staged.ts';
import type { ObservedReader, PortStanding, PortState, Wiring } from './types.ts';

/** Reads what was observed of ports. */
export function observedReaderOn(queries: Queries): ObservedReader {
  return {
    bindings: bindingReaderOn(queries),
    portStates: (portIds) => readPortStates(queries, portIds),
    portStandings: (portIds) => readPortStandings(queries, portIds),
    async wiredBy(host) {
      const rows = await queries.own
        .selectFrom('port_wirings')
        .select('port_id')
        .where('host', '=', host)
        .orderBy('port_id')
        .execute();
      return rows.map(({ port_id }) => port_id as PortId);
    },
    async leases(portId) {
      const rows = await queries.own
        .selectFrom('leases')
        .selectAll()
        .where('port_id', '=', portId)
        .orderBy('address')
        .execute();
      return rows.map((row) => ({
        portId,
        address: storedAddress(row.address),
        clientDuid: row.client_duid,
        identityAssociation: row.identity_association,
        expiresAt: row.expires_at,
      }));
    },
    async drops(portId) {
      const rows = await queries.own
        .selectFrom('port_drops')
        .selectAll()
        .where('port_id', '=', portId)
        .orderBy('reason')
        .execute();
      return rows.map(({ reason, packets }) => ({ portId, reason, packets }));
    },
  };
}

async function readPortStates(
  { own, words }: Queries,
  portIds: readonly PortId[] | undefined,
): Promise<readonly PortState[]> {
  let forwarding = own.selectFrom('port_forwarding').selectAll().orderBy('port_id');
  let wirings = own.selectFrom('port_wirings').selectAll().orderBy('port_id').orderBy('host');
  if (portIds) {
    forwarding = forwarding.where(membership('port_id', portIds, words));
    wirings = wirings.where(membership('port_id', portIds, words));
  }
  const wiringsOf = Map.groupBy(await wirings.execute(), ({ port_id }) => port_id);
  const forwardingOf = new Map((await forwarding.execute()).map((row) => [row.port_id, row]));
  return [...new Set([...forwardingOf.keys(), ...wiringsOf.keys()])].map((portId) => {
    const row = forwardingOf.get(portId);
    return {
      portId: portId as PortId,
      isUp: row?.is_up === 1,
      chassis: row?.chassis ?? undefined,
      wirings: (wiringsOf.get(portId) ?? []).map(({ host, revision }): Wiring => ({ host, revision })),
    };
  });
}

/** Reads a few columns of a port: all of it would cost several times as much. */
async function readPortStandings(queries: Queries, portIds: readonly PortId[]): Promise<readonly PortStanding[]> {
  const { entities, words } = queries;
  const rows = await entities
    .selectFrom('ports')
    .select(['id', 'status', 'device_owner', 'binding_host_id'])
    .where(membership('id', portIds, words))
    .where(isPublished(portTable))
    .execute();
  const states = new Map((await readPortStates(queries, portIds)).map((state) => [state.portId, state]));
  return rows.map((row) => ({
    portId: row.id as PortId,
    status: row.status as Port['status'],
    deviceOwner: String(row.device_owner),
    hostId: String(row.binding_host_id),
    state: states.get(row.id as PortId),
  }));
}
