import { sql } from 'kysely';
import type { Queries } from '../dialect/session.ts';
import { byPrimaryKey, type ColumnText, createEntityTable } from './columns.ts';
import type { Migration } from './migration.ts';

const standard = {
  id: 'text',
  project_id: '+text',
  description: 'text',
  tags: 'text',
  revision: 'integer',
  created_at: 'text',
  updated_at: 'text',
} as const satisfies Record<string, ColumnText>;

const networks = {
  ...standard,
  name: '+text',
  admin_state_up: 'integer',
  shared: '+integer',
  status: 'text',
  mtu_bytes: 'integer',
  port_security_enabled: 'integer',
  network_type: 'text',
  segmentation_id: 'integer',
} as const satisfies Record<string, ColumnText>;

const subnets = {
  ...standard,
  network_id: 'text',
  name: '+text',
  ip_version: 'integer',
  cidr: '+text',
  gateway_ip: 'text?',
  enable_dhcp: 'integer',
  ipv6_ra_mode: 'text?',
  ipv6_address_mode: 'text?',
  allocation_pools: 'text',
  dns_nameservers: 'text',
  host_routes: 'text',
  service_types: 'text',
} as const satisfies Record<string, ColumnText>;

const ports = {
  ...standard,
  network_id: '+text',
  name: '+text',
  mac_address: '+text',
  admin_state_up: 'integer',
  status: 'text',
  device_id: '+text',
  device_owner: '+text',
  fixed_ips: 'text',
  allowed_address_pairs: 'text',
  port_security_enabled: 'integer',
  binding_host_id: '+text',
  binding_vnic_type: 'text',
  binding_profile: 'text',
  ip_allocation: 'text',
} as const satisfies Record<string, ColumnText>;

const routers = {
  ...standard,
  name: '+text',
  admin_state_up: 'integer',
  status: 'text',
  routes: 'text',
} as const satisfies Record<string, ColumnText>;

const agents = {
  id: 'text',
  host: '+text',
  agent_type: 'text',
  binary_name: 'text',
  topic: 'text',
  admin_state_up: 'integer',
  description: 'text',
  configurations: 'text',
  created_at: 'text',
  started_at: 'text',
  heartbeat_at: 'text',
  revision: 'integer',
} as const satisfies Record<string, ColumnText>;

/** Networks, subnets, ports, routers, agents; claims; keys; what is observed of ports. */
export const migration: Migration = {
  name: '0001-initial',
  async up(queries) {
    for (const [table, columns] of Object.entries({ networks, subnets, ports, routers, agents })) {
      await createEntityTable(queries, table, columns);
    }
    // Neighbours in the order of their making, without sorting: asked for with every new port.
    await queries.own.schema
      .createIndex('subnets_of_network')
      .on('subnets')
      .columns(['network_id', 'created_at', 'id'])
      .execute();
    await createClaims(queries);
    await createKeys(queries);
    await createObserved(queries);
  },
};

async function createClaims({ own, words }: Queries): Promise<void> {
  const text = sql.raw(words.textType);
  const claims = own.schema
    .createTable('claims')
    .addColumn('scope', text, (column) => column.notNull())
    .addColumn('value', text, (column) => column.notNull())
    .addColumn('holder', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('claims_key', ['scope', 'value']);
  await byPrimaryKey(claims, words).execute();
  await own.schema.createIndex('claims_value').on('claims').column('value').execute();
}

/** The outbox is read from a revision on, and written by key. */
async function createKeys({ own, words }: Queries): Promise<void> {
  const text = sql.raw(words.textType);
  await own.schema
    .createTable('newest_revision')
    .addColumn('only', 'integer', (column) => column.primaryKey())
    .addColumn('value', 'bigint', (column) => column.notNull())
    .execute();
  await own.insertInto('newest_revision').values({ only: 1, value: 0 }).execute();
  for (const [table, key] of [
    ['outbox', ['kind', 'id']],
    ['changes', ['revision', 'kind', 'id']],
  ] as const) {
    const keys = own.schema
      .createTable(table)
      .addColumn('revision', 'bigint', (column) => column.notNull())
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('id', text, (column) => column.notNull())
      .addPrimaryKeyConstraint(`${table}_key`, [...key]);
    await byPrimaryKey(keys, words).execute();
  }
  await own.schema.createIndex('outbox_revision').on('outbox').column('revision').execute();
}

/** Rows go with their port. */
async function createObserved({ own, words }: Queries): Promise<void> {
  const text = sql.raw(words.textType);
  const ofPort = (table: string) =>
    own.schema
      .createTable(table)
      .addColumn('port_id', text, (column) => column.notNull().references('ports.id').onDelete('cascade'));
  const tables = [
    ofPort('port_forwarding')
      .addColumn('is_up', 'integer', (column) => column.notNull())
      .addColumn('chassis', text)
      .addPrimaryKeyConstraint('port_forwarding_key', ['port_id']),
    ofPort('port_wirings')
      .addColumn('host', text, (column) => column.notNull())
      .addColumn('revision', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('port_wirings_key', ['port_id', 'host']),
    ofPort('leases')
      .addColumn('address', text, (column) => column.notNull())
      .addColumn('client_duid', text, (column) => column.notNull())
      .addColumn('identity_association', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('leases_key', ['port_id', 'address']),
    ofPort('learned_addresses')
      .addColumn('address', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('learned_addresses_key', ['port_id', 'address']),
    ofPort('port_drops')
      .addColumn('reason', text, (column) => column.notNull())
      .addColumn('packets', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('port_drops_key', ['port_id', 'reason']),
  ];
  for (const table of tables) await byPrimaryKey(table, words).execute();
  await own.schema.createIndex('port_wirings_host').on('port_wirings').column('host').execute();
}
