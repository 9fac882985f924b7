import { label, labelIndex, type northbound } from '../ovn/index.ts';
import type { Indexes, Selected, Selection } from '../ovsdb/index.ts';

/**
 * The columns of NB that are ours to write: a translator must state each of them. Columns that refer to rows (`ports`,
 * `static_routes`, `acls`) are changed element by element, as other clients may add rows of their own.
 */
export const managed = {
  Logical_Switch: { columns: ['name', 'other_config', 'external_ids'] },
  Logical_Switch_Port: {
    columns: [
      'name',
      'type',
      'addresses',
      'port_security',
      'enabled',
      'parent_name',
      'tag_request',
      'options',
      'external_ids',
    ],
  },
  Logical_Router: { columns: ['name', 'enabled', 'options', 'external_ids'] },
  Logical_Router_Port: {
    columns: ['name', 'mac', 'networks', 'enabled', 'options', 'ipv6_ra_configs', 'external_ids'],
  },
  Logical_Router_Static_Route: { columns: ['ip_prefix', 'nexthop', 'external_ids'] },
  Port_Group: { columns: ['name', 'external_ids'] },
  ACL: { columns: ['priority', 'direction', 'match', 'action', 'external_ids'] },
  Address_Set: { columns: ['name', 'addresses', 'external_ids'] },
  QoS: { columns: ['priority', 'direction', 'match', 'action', 'bandwidth', 'external_ids'] },
} as const satisfies Selection<northbound.Tables>;

/** The NB tables that this service writes rows of. */
export type NbTable = keyof typeof managed;
/** The rows of these tables, with the columns that this service writes. */
export type NbRows = Selected<northbound.Tables, typeof managed>;

/** All that is replicated: besides, the members of port groups, and whose projection NB is. */
export const replicated = {
  ...managed,
  Port_Group: { columns: ['name', 'ports', 'external_ids'] },
  NB_Global: { columns: ['external_ids'] },
} as const satisfies Selection<northbound.Tables>;

/** The rows and columns that are replicated from NB. */
export type NbSeen = Selected<northbound.Tables, typeof replicated>;

const byOwner = { owner: labelIndex(label.owner) };

/** Finds the rows of an object by its label, and the port groups of a port. */
export const indexes: Indexes<NbSeen> = {
  Logical_Switch: byOwner,
  Logical_Switch_Port: byOwner,
  Logical_Router: byOwner,
  Logical_Router_Port: byOwner,
  Logical_Router_Static_Route: byOwner,
  Port_Group: { ...byOwner, ports: ({ ports }) => ports },
  ACL: byOwner,
  Address_Set: byOwner,
  QoS: byOwner,
};
