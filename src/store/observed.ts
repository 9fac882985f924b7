import { sql } from 'kysely';
import { type Address, formatAddress, parseAddress } from '../ip/index.ts';
import { jsonList } from '../kit/index.ts';
import { membersScope, type Port, type PortId, portTable, type SecurityGroupId } from '../resources/index.ts';
import { runCompiled } from './compiled.ts';
import type { Queries } from './dialect/session.ts';
import { membership } from './predicate.ts';
import { isPublished } from './staged.ts';
import type { ObservedReader, PortStanding, PortState, Wiring } from './types.ts';

/** Reads what was observed of ports. */
export function observedReaderOn(queries: Queries): ObservedReader {
  return {
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
    async learned(portId) {
      const rows = await queries.own
        .selectFrom('learned_addresses')
        .select('address')
        .where('port_id', '=', portId)
        .orderBy('address')
        .execute();
      return rows.map(({ address }) => storedAddress(address));
    },
    learnedIn: (group) => readLearnedIn(queries, group),
    securityGroupsOf: (portIds) => readSecurityGroups(queries, portIds),
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

/** About a millisecond of work. */
const addressesPerPage = 500;

/** Goes along the index of the group's members. */
async function* readLearnedIn(queries: Queries, group: SecurityGroupId): AsyncIterable<readonly string[]> {
  let after = ['', ''];
  for (;;) {
    const page = await learnedAfter(queries, group, after);
    if (page.length > 0) yield page.map(({ address }) => address);
    const last = page.at(-1);
    if (!last || page.length < addressesPerPage) return;
    after = [last.port_id, last.address];
  }
}

/** The rows behind a given one, by port and address. */
async function learnedAfter(queries: Queries, group: SecurityGroupId, after: readonly string[]) {
  const statement = sql<{ port_id: string; address: string }>`
    select claims.value as port_id, learned_addresses.address as address
    from claims join learned_addresses on learned_addresses.port_id = claims.value
    where claims.scope = ${''} and claims.value >= ${''}
    and (claims.value, learned_addresses.address) > (${''}, ${''})
    order by claims.value, learned_addresses.address limit ${sql.lit(addressesPerPage)}`;
  const [port = '', address = ''] = after;
  const values = [membersScope(group), port, port, address];
  const build = () => ({ compile: () => statement.compile(queries.own) });
  return (await runCompiled(queries, 'learned addresses of a group', build, values)).rows;
}

async function readSecurityGroups(
  { entities, words }: Queries,
  portIds: readonly PortId[],
): Promise<readonly SecurityGroupId[]> {
  if (portIds.length === 0) return [];
  const rows = await entities
    .selectFrom('ports')
    .select(['security_groups'])
    .distinct()
    .where(membership('id', portIds, words))
    .execute();
  return [...new Set(rows.flatMap((row) => jsonList<SecurityGroupId>(row, 'security_groups')))];
}

/** Its stored form; also the form whose equality is the address's. */
export function addressText(address: Address): string {
  return formatAddress(address);
}

function storedAddress(text: string): Address {
  const address = parseAddress(text);
  if (!address) throw new Error(`stored address ${text} does not parse`);
  return address;
}
