import type { Clock, Log } from '../base/index.ts';
import { southbound } from '../ovn/index.ts';
import {
  type Database,
  type Endpoint,
  openDatabase,
  type Selected,
  type Selection,
  type TlsCredentials,
} from '../ovsdb/index.ts';

/** The part of SB that is replicated: where each logical port is bound, and whether its flows are there. */
const watched = {
  Port_Binding: { columns: ['logical_port', 'type', 'chassis', 'up'] },
  Chassis: { columns: ['name', 'hostname'] },
} as const satisfies Selection<southbound.Tables>;

/** The rows and columns of SB that are replicated. */
export type SbRows = Selected<southbound.Tables, typeof watched>;
/** A connection to SB with its replica. */
export type SouthboundDatabase = Database<SbRows>;

/** Where SB is and how to reach it. TLS credentials are needed for `ssl:` endpoints. */
export interface SouthboundOptions {
  readonly endpoints: readonly Endpoint[];
  readonly tls?: TlsCredentials;
  readonly clock?: Clock;
  readonly log?: Log;
}

/** Connects to SB, to read only: any member of a cluster serves. */
export function openSouthbound(options: SouthboundOptions): SouthboundDatabase {
  return openDatabase({
    ...options,
    schema: southbound.schema,
    select: watched,
    indexes: { Port_Binding: { logicalPort: ({ logical_port }) => logical_port } },
  });
}
