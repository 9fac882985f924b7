import type { Uuid } from '../base/index.ts';
import { databaseError, type OvsdbError } from './errors.ts';
import type { DatabaseSchema } from './schema.ts';

/** A row of `Database` in the `_Server` database (ovsdb-server(5)): what a server says of one database that it serves. */
export interface ServedDatabase {
  readonly _uuid: Uuid;
  readonly name: string;
  readonly model: 'standalone' | 'clustered' | 'relay';
  /** Whether the server is in touch with the storage; in a cluster, with a majority. */
  readonly connected: boolean;
  readonly leader: boolean;
  /** The cluster's id: another one is another history. */
  readonly cid: Uuid | undefined;
}

/** The tables of the `_Server` database that are read here. */
export interface ServerTables {
  readonly Database: ServedDatabase;
}

/** The part of the `_Server` schema that is read here; every ovsdb-server since 2.9 has it. */
export const serverSchema: DatabaseSchema<ServerTables> = {
  name: '_Server',
  version: '1.0.0',
  tables: {
    Database: {
      isRoot: true,
      indexes: [['name']],
      columns: {
        name: { type: { kind: 'scalar', key: 'string' } },
        model: { type: { kind: 'scalar', key: 'string' } },
        connected: { type: { kind: 'scalar', key: 'boolean' } },
        leader: { type: { kind: 'scalar', key: 'boolean' } },
        cid: { type: { kind: 'optional', key: 'uuid' } },
      },
    },
  },
};

/** Why we should not stay with this server; undefined when we may. */
export function reasonToLeave(
  name: string,
  served: ServedDatabase | undefined,
  leaderOnly: boolean,
): OvsdbError | undefined {
  if (!served) return databaseError('unknown database', `${name} is not served here`);
  if (!served.connected) return databaseError('database not available', `${name}: the server lost its cluster`);
  if (leaderOnly && served.model === 'clustered' && !served.leader) {
    return databaseError('not leader', `${name}: this server does not lead the cluster`);
  }
  return undefined;
}
