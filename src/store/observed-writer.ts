import { type RawBuilder, sql } from 'kysely';
import { oneTurn, partsOf, takeTurns } from '../base/index.ts';
import { formatAddress } from '../ip/index.ts';
import type { PortId } from '../resources/index.ts';
import { bindingWriterOn } from './bindings.ts';
import type { Queries } from './dialect/session.ts';
import { type GivenColumns, type GivenRow, givenRows, runGiven } from './given-rows.ts';
import { observedReaderOn } from './observed.ts';
import { membership } from './predicate.ts';
import type { HostWiring, ObservedWriter } from './types.ts';

/** Records what was observed of ports: whatever comes together is written by a few statements, however many ports it is about. */
export function observedWriterOn(queries: Queries): ObservedWriter {
  return {
    ...observedReaderOn(queries),
    bindings: bindingWriterOn(queries),
    setForwarding: (states) => setForwarding(queries, states),
    setWired: (wirings) => setWired(queries, wirings),
    clearWired: (host, portIds) => clearWired(queries, host, portIds),
    setLeases: (leases, now) => setLeases(queries, leases, now),
    setDrops: (counts) => setDrops(queries, counts),
  };
}

async function setForwarding(queries: Queries, states: Parameters<ObservedWriter['setForwarding']>[0]): Promise<void> {
  const rows = states.map(({ portId, isUp, chassis }) => [portId, isUp ? 1 : 0, chassis ?? null]);
  await upsert(queries, forwardingTable, rows);
}

async function setWired(queries: Queries, wirings: readonly HostWiring[]): Promise<readonly PortId[]> {
  const rows = wirings.map(({ portId, host, revision }) => [portId, host, revision]);
  return await upsert(queries, wiringsTable, rows);
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

/** Leases that are kept of a port, several times the addresses that it has: one host's mistake must not fill the table. */
const mostLeases = 64;

async function setLeases(
  queries: Queries,
  leases: Parameters<ObservedWriter['setLeases']>[0],
  now: number,
): Promise<void> {
  const rows = leases.map((lease) => {
    const { portId, address, clientDuid, identityAssociation, expiresAt } = lease;
    return [portId, formatAddress(address), clientDuid, identityAssociation, expiresAt];
  });
  await upsert(queries, leasesTable, rows);
  const portIds = [...new Set(leases.map(({ portId }) => portId))];
  if (portIds.length === 0) return;
  const { own, words } = queries;
  await own
    .deleteFrom('leases')
    .where(membership('port_id', portIds, words))
    .where('expires_at', '<=', now)
    .execute();
  await sql`
    delete from leases where (port_id, address) in (
      select port_id, address from (
        select port_id, address, row_number() over (partition by port_id order by expires_at desc, address) as place
        from leases where ${membership('port_id', portIds, words)}
      ) as ranked where place > ${mostLeases}
    )`.execute(own);
}

async function setDrops(queries: Queries, counts: Parameters<ObservedWriter['setDrops']>[0]): Promise<void> {
  await upsert(
    queries,
    dropsTable,
    counts.map(({ portId, reason, packets }) => [portId, reason, packets]),
  );
}

/** A table of observations. The first of its columns, all text or integer, are its key; the very first is the port. */
interface ObservedTable {
  readonly name: string;
  readonly columns: GivenColumns;
  readonly keyLength: number;
}

const forwardingTable: ObservedTable = {
  name: 'port_forwarding',
  columns: { port_id: 'text', is_up: 'integer', chassis: 'text' },
  keyLength: 1,
};

const wiringsTable: ObservedTable = {
  name: 'port_wirings',
  columns: { port_id: 'text', host: 'text', revision: 'integer' },
  keyLength: 2,
};

const leasesTable: ObservedTable = {
  name: 'leases',
  columns: {
    port_id: 'text',
    address: 'text',
    client_duid: 'text',
    identity_association: 'integer',
    expires_at: 'integer',
  },
  keyLength: 2,
};

const dropsTable: ObservedTable = {
  name: 'port_drops',
  columns: { port_id: 'text', reason: 'text', packets: 'integer' },
  keyLength: 2,
};

/**
 * Writes rows, and overwrites those of the same key. Rows of ports that were deleted meanwhile are left out. Answers the
 * ports of which something was written.
 */
async function upsert(queries: Queries, table: ObservedTable, rows: readonly GivenRow[]): Promise<readonly PortId[]> {
  // PostgreSQL refuses to write a row twice in one statement.
  const newest = new Map(rows.map((row) => [row.slice(0, table.keyLength).join(' '), row]));
  const turn = takeTurns(oneTurn);
  const written: PortId[] = [];
  for (const some of partsOf([...newest.values()], rowsPerStatement)) {
    await turn();
    const statement = upsertStatement(table, givenRows(queries.words, table.columns));
    const found = await runGiven<{ port_id: string }>(queries, {
      name: `upsert ${table.name}`,
      statement,
      rows: [some],
    });
    written.push(...found.map(({ port_id }) => port_id as PortId));
  }
  return written;
}

/** Rows in one statement: SQLite answers at once, and all others wait for these some 3 ms. */
const rowsPerStatement = 250;

function upsertStatement({ name, columns, keyLength }: ObservedTable, given: RawBuilder<unknown>) {
  const names = Object.keys(columns);
  const [key, rest] = [names.slice(0, keyLength), names.slice(keyLength)];
  const list = (of: readonly string[]) => sql.join(of.map((column) => sql.ref(column)));
  const assign = rest.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`);
  const onConflict =
    rest.length === 0 ? sql`nothing` : sql`update set ${sql.join(assign)} where ${changes(name, rest)}`;
  return sql`
    insert into ${sql.table(name)} (${list(names)})
    select ${sql.join(names.map((column) => sql.ref(`given.${column}`)))}
    from ${given} join ports on ports.id = given.port_id where true
    on conflict (${list(key)}) do ${onConflict} returning port_id`;
}

/** A lower revision never overwrites a higher one, and a row that says the same is not written again. */
function changes(name: string, columns: readonly string[]): RawBuilder<unknown> {
  if (columns.includes('revision')) return sql`${sql.ref(`${name}.revision`)} < excluded.revision`;
  const differs = columns.map(
    (column) => sql`${sql.ref(`${name}.${column}`)} is distinct from ${sql.ref(`excluded.${column}`)}`,
  );
  return sql.join(differs, sql` or `);
}
