import { sql } from 'kysely';
import { partsOf } from '../../base/index.ts';
import { parseAddress } from '../../ip/index.ts';
import { addressClaimValue } from '../../kit/index.ts';
import type { Queries } from '../dialect/session.ts';
import { byPrimaryKey } from './columns.ts';
import type { Migration } from './migration.ts';

/**
 * An address of a network is bound to one port. Of the addresses that hosts had reported, a port keeps each that no other port
 * has: of two that had learned the same one, nobody knows which of them took it from the other. The table of learned addresses
 * stays for controllers from before, which write to it as long as they run beside this one.
 */
export const migration: Migration = {
  name: '0015-bindings',
  async up(queries) {
    await createBindings(queries);
    const learned = await readLearned(queries);
    const isShared = sharedAmong(learned);
    for (const some of partsOf(
      learned.filter((row) => !isShared(row)),
      250,
    ))
      await bind(queries, some);
  },
};

async function createBindings({ own, words }: Queries): Promise<void> {
  const text = sql.raw(words.textType);
  const bindings = own.schema
    .createTable('bindings')
    .addColumn('network_id', text, (column) => column.notNull())
    .addColumn('address', text, (column) => column.notNull())
    .addColumn('port_id', text, (column) => column.notNull().references('ports.id').onDelete('cascade'))
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('granted_at', 'bigint', (column) => column.notNull())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('bindings_key', ['network_id', 'address']);
  await byPrimaryKey(bindings, words).execute();
  await own.schema.createIndex('bindings_port').on('bindings').columns(['port_id', 'address']).execute();
}

interface LearnedRow {
  readonly port_id: string;
  readonly network_id: string;
  readonly address: string;
}

async function readLearned({ own }: Queries): Promise<readonly LearnedRow[]> {
  const { rows } = await sql<LearnedRow>`
    select learned_addresses.port_id, ports.network_id, learned_addresses.address
    from learned_addresses join ports on ports.id = learned_addresses.port_id`.execute(own);
  return rows;
}

function sharedAmong(learned: readonly LearnedRow[]): (row: LearnedRow) => boolean {
  const keyOf = ({ network_id, address }: LearnedRow) => `${network_id} ${address}`;
  const [seen, shared] = [new Set<string>(), new Set<string>()];
  for (const key of learned.map(keyOf)) (seen.has(key) ? shared : seen).add(key);
  return (row) => shared.has(keyOf(row));
}

/** A fixed address is its port's, whoever has learned it. */
async function bind({ own }: Queries, rows: readonly LearnedRow[]): Promise<void> {
  const claimValueOf = ({ address }: LearnedRow) => {
    const parsed = parseAddress(address);
    return parsed ? addressClaimValue(parsed) : '';
  };
  const fixed = await sql<{ network_id: string; value: string }>`
    select subnets.network_id, claims.value from claims join subnets on claims.scope = 'subnet:' || subnets.id
    where claims.value in (${sql.join(rows.map(claimValueOf))})`.execute(own);
  const isFixed = new Set(fixed.rows.map(({ network_id, value }) => `${network_id} ${value}`));
  const now = Date.now();
  const free = rows.filter((row) => !isFixed.has(`${row.network_id} ${claimValueOf(row)}`));
  if (free.length === 0) return;
  const bindings = free.map((row) => ({ ...row, kind: 'learned', granted_at: now, seen_at: now }));
  await own.insertInto('bindings').values(bindings).execute();
}
