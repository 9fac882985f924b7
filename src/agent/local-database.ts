import { type Clock, exponentialBackoff, type Log, milliseconds, systemClock } from '../base/index.ts';
import { openVswitch } from '../ovn/index.ts';
import {
  type Database,
  type Endpoint,
  openDatabase,
  operationsOf,
  type Replica,
  type Selected,
} from '../ovsdb/index.ts';

/** What the agent looks at in the host's database: no statistics, so that idle traffic wakes nobody. */
const selection = {
  Open_vSwitch: { columns: ['next_cfg', 'cur_cfg'] },
  Bridge: { columns: ['name', 'datapath_type', 'fail_mode', 'ports', 'external_ids'] },
  Port: { columns: ['name', 'interfaces'] },
  Interface: { columns: ['name', 'type', 'options', 'external_ids', 'ofport', 'ofport_request', 'link_state'] },
} as const;

/** The rows and columns of the host's Open vSwitch database that the agent follows. */
export type LocalTables = Selected<openVswitch.Tables, typeof selection>;
/** A connection to the host's Open vSwitch database with its replica. */
export type LocalDatabase = Database<LocalTables>;
/** The agent's copy of the host's Open vSwitch database. */
export type LocalReplica = Replica<LocalTables>;

/** Builders of operations on Open_vSwitch. */
export const local = operationsOf(openVswitch.schema);

/** Follows the Open_vSwitch database of this host. */
export function openLocalDatabase(
  endpoints: readonly Endpoint[],
  { log, clock = systemClock }: { readonly log: Log; readonly clock?: Clock },
): LocalDatabase {
  const backoff = exponentialBackoff({ first: milliseconds(50), ceiling: milliseconds(1_000) }); // it is on this host
  return openDatabase({ schema: openVswitch.schema, endpoints, select: selection, backoff, log, clock });
}
