import { type CompiledQuery, type DatabaseConnection, type Dialect, type Driver, Kysely } from 'kysely';
import type { EntityTables, OwnTables } from '../schema.ts';
import type { Queries, Words } from './session.ts';

/** Where queries go: one connection for all, or one of a pool for each. */
export interface ConnectionSource {
  acquire(): Promise<DatabaseConnection>;
  release(connection: DatabaseConnection): void;
}

type Parts = Pick<Dialect, 'createAdapter' | 'createIntrospector' | 'createQueryCompiler'>;

/**
 * Builds queries that run on the given connections. Transactions are refused: units and snapshots control those on the
 * session, where kysely would not know of savepoints that belong to others.
 */
export function queriesOn(source: ConnectionSource, parts: Parts, words: Words): Queries {
  const own = new Kysely<OwnTables>({ dialect: { ...parts, createDriver: () => driverOf(source) } });
  return {
    own,
    entities: own as unknown as Kysely<EntityTables>,
    words,
    async run<Row>(compiled: CompiledQuery<Row>) {
      const connection = await source.acquire();
      try {
        return await connection.executeQuery<Row>(compiled);
      } finally {
        source.release(connection);
      }
    },
  };
}

/** Always the same connection. */
export function only(connection: DatabaseConnection): ConnectionSource {
  return { acquire: async () => connection, release() {} };
}

function driverOf(source: ConnectionSource): Driver {
  const refuse = async () => {
    throw new Error('transactions are controlled by the session');
  };
  return {
    init: async () => {},
    acquireConnection: () => source.acquire(),
    releaseConnection: async (connection) => source.release(connection),
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    destroy: async () => {},
  };
}
