import { type CompiledQuery, type DatabaseConnection, type Dialect, type Driver, Kysely } from 'kysely';
import type { EntityTables, OwnTables } from '../schema.ts';
import type { Queries, Words } from './session.ts';

type Parts = Pick<Dialect, 'createAdapter' | 'createIntrospector' | 'createQueryCompiler'>;

/**
 * Builds queries that run on the given connection. Transactions are refused: units and snapshots control those on the
 * session, where kysely would not know of savepoints that belong to others.
 */
export function queriesOn(connection: DatabaseConnection, parts: Parts, words: Words): Queries {
  const own = new Kysely<OwnTables>({ dialect: { ...parts, createDriver: () => driverOf(connection) } });
  return {
    own,
    entities: own as unknown as Kysely<EntityTables>,
    words,
    run: <Row>(compiled: CompiledQuery<Row>) => connection.executeQuery<Row>(compiled),
    parts: <Row>(compiled: CompiledQuery<Row>, size: number) => connection.streamQuery<Row>(compiled, size),
  };
}

function driverOf(connection: DatabaseConnection): Driver {
  const refuse = async () => {
    throw new Error('transactions are controlled by the session');
  };
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    destroy: async () => {},
  };
}
