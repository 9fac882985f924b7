import type { PortId } from '../resources/index.ts';
import type { Queries } from './dialect/session.ts';
import { addressText, observedReaderOn } from './observed.ts';
import { membership } from './predicate.ts';
import type { ObservedWriter } from './types.ts';

/** Records what was observed of ports. */
export function observedWriterOn(queries: Queries): ObservedWriter {
  return {
    ...observedReaderOn(queries),
    setForwarding: (states) => setForwarding(queries, states),
    setWired: (host, ports) => setWired(queries, host, ports),
    clearWired: (host, portIds) => clearWired(queries, host, portIds),
    setLeases: (leases, now) => setLeases(queries, leases, now),
    setLearned: (ports) => setLearned(queries, ports),
    setDrops: (counts) => setDrops(queries, counts),
  };
}

async function setForwarding(queries: Queries, states: Parameters<ObservedWriter['setForwarding']>[0]): Promise<void> {
  for (const { portId, isUp, chassis } of await ofExisting(queries, states)) {
    await queries.own
      .insertInto('port_forwarding')
      .values({ port_id: portId, is_up: isUp ? 1 : 0, chassis: chassis ?? null })
      .onConflict((conflict) =>
        conflict
          .column('port_id')
          .doUpdateSet(({ ref }) => ({ is_up: ref('excluded.is_up'), chassis: ref('excluded.chassis') })),
      )
      .execute();
  }
}

async function setWired(
  queries: Queries,
  host: string,
  ports: Parameters<ObservedWriter['setWired']>[1],
): Promise<void> {
  for (const { portId, revision } of await ofExisting(queries, ports)) {
    await queries.own
      .insertInto('port_wirings')
      .values({ port_id: portId, host, revision })
      .onConflict((conflict) =>
        conflict
          .columns(['port_id', 'host'])
          .doUpdateSet(({ ref }) => ({ revision: ref('excluded.revision') }))
          .whereRef('port_wirings.revision', '<', 'excluded.revision'),
      )
      .execute();
  }
}

async function clearWired(
  { own, words }: Queries,
  host: string,
  portIds: readonly PortId[] | undefined,
): Promise<readonly PortId[]> {
  let deletion = own.deleteFrom('port_wirings').where('host', '=', host).returning('port_id');
  if (portIds) deletion = deletion.where(membership('port_id', portIds, words));
  return (await deletion.execute()).map(({ port_id }) => port_id as PortId);
}

async function setLeases(
  queries: Queries,
  leases: Parameters<ObservedWriter['setLeases']>[0],
  now: number,
): Promise<void> {
  const { own } = queries;
  for (const lease of await ofExisting(queries, leases)) {
    await own
      .insertInto('leases')
      .values({
        port_id: lease.portId,
        address: addressText(lease.address),
        client_duid: lease.clientDuid,
        identity_association: lease.identityAssociation,
        expires_at: lease.expiresAt,
      })
      .onConflict((conflict) =>
        conflict.columns(['port_id', 'address']).doUpdateSet(({ ref }) => ({
          client_duid: ref('excluded.client_duid'),
          identity_association: ref('excluded.identity_association'),
          expires_at: ref('excluded.expires_at'),
        })),
      )
      .execute();
    await own.deleteFrom('leases').where('port_id', '=', lease.portId).where('expires_at', '<=', now).execute();
  }
}

async function setLearned(queries: Queries, ports: Parameters<ObservedWriter['setLearned']>[0]): Promise<void> {
  const { own } = queries;
  for (const { portId, addresses } of await ofExisting(queries, ports)) {
    await own.deleteFrom('learned_addresses').where('port_id', '=', portId).execute();
    const texts = new Set(addresses.map(addressText));
    if (texts.size === 0) continue;
    const rows = [...texts].map((address) => ({ port_id: portId, address }));
    await own.insertInto('learned_addresses').values(rows).execute();
  }
}

async function setDrops(queries: Queries, counts: Parameters<ObservedWriter['setDrops']>[0]): Promise<void> {
  for (const { portId, reason, packets } of await ofExisting(queries, counts)) {
    await queries.own
      .insertInto('port_drops')
      .values({ port_id: portId, reason, packets })
      .onConflict((conflict) =>
        conflict.columns(['port_id', 'reason']).doUpdateSet(({ ref }) => ({ packets: ref('excluded.packets') })),
      )
      .execute();
  }
}

/** Leaves out what is said of ports that were deleted meanwhile. No race: units run one at a time. */
async function ofExisting<T extends { readonly portId: PortId }>(
  { entities, words }: Queries,
  records: readonly T[],
): Promise<readonly T[]> {
  const ids = [...new Set(records.map(({ portId }) => portId))];
  const rows = await entities
    .selectFrom('ports')
    .select('id')
    .where(membership('id', ids, words))
    .execute();
  const existing = new Set(rows.map(({ id }) => id));
  return records.filter(({ portId }) => existing.has(portId));
}
