import { label, labelIndex, type northbound } from '../ovn/index.ts';
import type { Indexes, Selected, Selection } from '../ovsdb/index.ts';

/**
 * The columns of NB that are ours to write: a translator must state each of them. Columns that refer to rows (`ports`,
 * `static_routes`) are changed element by element, as other clients may add rows of their own.
 */
export const managed = {
  Logical_Switch: { columns: ['name', 'other_config', 'external_ids'] },
  Logical_Switch_Port: {
    columns: ['name', 'type', 'addresses', 'port_security', 'enabled', 'options', 'external_ids'],
  },
  Logical_Router: { columns: ['name', 'enabled', 'options', 'external_ids'] },
  Logical_Router_Port: {
    columns: ['name', 'mac', 'networks', 'enabled', 'options', 'ipv6_ra_configs', 'external_ids'],
  },
  Logical_Router_Static_Route: { columns: ['ip_prefix', 'nexthop', 'external_ids'] },
} as const satisfies Selection<northbound.Tables>;

export type NbTable = keyof typeof managed;
export type NbRows = Selected<northbound.Tables, typeof managed>;

/** All that is replicated: besides, whose projection NB is. */
export const replicated = {
  ...managed,
  NB_Global: { columns: ['external_ids'] },
} as const satisfies Selection<northbound.Tables>;

export type NbSeen = Selected<northbound.Tables, typeof replicated>;

/** Finds the rows of an object by its label. */
export const indexes: Indexes<NbRows> = {
  Logical_Switch: { owner: labelIndex(label.owner) },
  Logical_Switch_Port: { owner: labelIndex(label.owner) },
  Logical_Router: { owner: labelIndex(label.owner) },
  Logical_Router_Port: { owner: labelIndex(label.owner) },
  Logical_Router_Static_Route: { owner: labelIndex(label.owner) },
};
