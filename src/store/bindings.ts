import { sql } from 'kysely';
import { partsOf } from '../base/index.ts';
import { formatAddress } from '../ip/index.ts';
import { storedAddress } from '../kit/index.ts';
import type { NetworkId, PortId } from '../resources/index.ts';
import { runCompiled } from './compiled.ts';
import type { Queries } from './dialect/session.ts';
import { type GivenColumns, givenRows, runGiven } from './given-rows.ts';
import { membership } from './predicate.ts';
import type { Binding, BindingReader, BindingWriter, NetworkAddress, OwnedAddress } from './types.ts';

/** Reads the binding table. */
export function bindingReaderOn(queries: Queries): BindingReader {
  return {
    of: (portIds) => readBindingsOf(queries, portIds),
    held: (addresses) => readHeld(queries, addresses),
    after: (last, most) => readAfter(queries, last, most),
  };
}

/** Writes the binding table: what comes together is written by a few statements. */
export function bindingWriterOn(queries: Queries): BindingWriter {
  return {
    ...bindingReaderOn(queries),
    bind: (bindings) => bind(queries, bindings),
    unbind: (addresses) => unbind(queries, addresses),
    see: (addresses, now) => see(queries, addresses, now),
    seeAllOf: (portIds, now) => seeAllOf(queries, portIds, now),
  };
}

interface BindingRow {
  readonly network_id: string;
  readonly address: string;
  readonly port_id: string;
  readonly kind: string;
  readonly granted_at: number;
  readonly seen_at: number;
}

function bindingOf(row: BindingRow): Binding {
  return {
    networkId: row.network_id as NetworkId,
    address: storedAddress(row.address),
    portId: row.port_id as PortId,
    kind: row.kind as Binding['kind'],
    grantedAt: row.granted_at,
    seenAt: row.seen_at,
  };
}

async function readBindingsOf(queries: Queries, portIds: readonly PortId[]): Promise<readonly Binding[]> {
  const given = givenRows(queries.words, { port_id: 'text' });
  const rows = await runGiven<BindingRow>(queries, {
    name: 'bindings of ports',
    statement: sql`
      select bindings.* from ${given} join bindings on bindings.port_id = given.port_id
      order by bindings.port_id, bindings.address`,
    rows: [[...new Set(portIds)].map((portId) => [portId])],
  });
  return rows.map(bindingOf);
}

const addressColumns = { network_id: 'text', address: 'text' } as const satisfies GivenColumns;

async function readHeld(queries: Queries, addresses: readonly NetworkAddress[]): Promise<readonly Binding[]> {
  const given = givenRows(queries.words, addressColumns);
  const rows = await runGiven<BindingRow>(queries, {
    name: 'bindings of addresses',
    statement: sql`
      select bindings.* from ${given} join bindings
      on bindings.network_id = given.network_id and bindings.address = given.address`,
    rows: [addresses.map(({ networkId, address }) => [networkId, formatAddress(address)])],
  });
  return rows.map(bindingOf);
}

async function readAfter(
  { own }: Queries,
  last: NetworkAddress | undefined,
  most: number,
): Promise<readonly Binding[]> {
  let select = own.selectFrom('bindings').selectAll().orderBy('network_id').orderBy('address').limit(sql.lit(most));
  if (last)
    select = select.where(sql<boolean>`(network_id, address) > (${last.networkId}, ${formatAddress(last.address)})`);
  return (await select.execute()).map(bindingOf);
}

/** Rows in one statement: SQLite answers at once, and all others wait for these some 3 ms. */
const rowsPerStatement = 250;

const bindingColumns = {
  ...addressColumns,
  port_id: 'text',
  kind: 'text',
  granted_at: 'integer',
  seen_at: 'integer',
} as const satisfies GivenColumns;

async function bind(queries: Queries, bindings: readonly Binding[]): Promise<void> {
  const names = sql.join(Object.keys(bindingColumns).map((name) => sql.ref(name)));
  const given = givenRows(queries.words, bindingColumns);
  for (const some of partsOf(bindings, rowsPerStatement))
    await runGiven(queries, {
      name: 'bind',
      statement: sql`insert into bindings (${names}) select ${names} from ${given}`,
      rows: [
        some.map(({ networkId, address, portId, kind, grantedAt, seenAt }) => [
          ...[networkId, formatAddress(address), portId, kind],
          ...[grantedAt, seenAt],
        ]),
      ],
    });
}

/** A few are looked for one by one: each new port has one or two, and hardly any is bound. */
const fewAddresses = 4;

async function unbind(queries: Queries, addresses: readonly NetworkAddress[]): Promise<readonly Binding[]> {
  if (addresses.length <= fewAddresses) return await unbindEach(queries, addresses);
  const given = givenRows(queries.words, addressColumns);
  const rows = await runGiven<BindingRow>(queries, {
    name: 'end bindings',
    statement: sql`
      delete from bindings where (network_id, address) in (select network_id, address from ${given}) returning *`,
    rows: [addresses.map(({ networkId, address }) => [networkId, formatAddress(address)])],
  });
  return rows.map(bindingOf);
}

async function unbindEach(queries: Queries, addresses: readonly NetworkAddress[]): Promise<readonly Binding[]> {
  const ended: Binding[] = [];
  const build = () =>
    queries.own.deleteFrom('bindings').where('network_id', '=', '').where('address', '=', '').returningAll();
  for (const { networkId, address } of addresses) {
    const { rows } = await runCompiled<BindingRow>(queries, 'end a binding', build, [
      networkId,
      formatAddress(address),
    ]);
    ended.push(...rows.map(bindingOf));
  }
  return ended;
}

async function see(queries: Queries, addresses: readonly OwnedAddress[], now: number): Promise<void> {
  const given = givenRows(queries.words, { port_id: 'text', address: 'text', seen_at: 'integer' });
  for (const some of partsOf(addresses, rowsPerStatement))
    await runGiven(queries, {
      name: 'see bindings',
      statement: sql`
        update bindings set seen_at = given.seen_at from ${given}
        where bindings.port_id = given.port_id and bindings.address = given.address
        and bindings.seen_at < given.seen_at`,
      rows: [some.map(({ portId, address }) => [portId, formatAddress(address), now])],
    });
}

async function seeAllOf({ own, words }: Queries, portIds: readonly PortId[], now: number): Promise<void> {
  if (portIds.length === 0) return;
  await own
    .updateTable('bindings')
    .set({ seen_at: now })
    .where(membership('port_id', portIds, words))
    .execute();
}
