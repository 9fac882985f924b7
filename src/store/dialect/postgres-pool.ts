import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import pg from 'pg';
import { StoreBusy } from '../busy.ts';
import { PostgresConnection } from './postgres-connection.ts';
import type { PostgresFailures } from './postgres-errors.ts';

/** A read is asked again for so long, as long as connections can be had. */
const askAgainMilliseconds = 1_000;

/** Time for an answer that a query has in any case, however long it waited for its connection. */
const shortestAnswerMilliseconds = 1_000;

/** Time for a server to close connections that were ended. */
export const goodbyeMilliseconds = 500;

/** The server to connect to, the pool's size, and its patience. */
export interface PostgresPoolOptions {
  readonly config: pg.ClientConfig;
  /** Most connections. */
  readonly size: number;
  /** For each read: how long it waits for a connection and its answer together. */
  readonly answerMilliseconds: number;
  readonly failures: PostgresFailures;
  /** Is called for each connection that was lost. */
  readonly onLoss: () => void;
}

/** Any connection of a pool, for each query anew. */
export class PostgresPool implements DatabaseConnection {
  readonly #options: PostgresPoolOptions;
  readonly #pool: pg.Pool;
  readonly #clients = new Set<pg.PoolClient>();
  readonly #connections = new WeakMap<pg.PoolClient, PostgresConnection>();

  constructor(options: PostgresPoolOptions) {
    this.#options = options;
    this.#pool = new pg.Pool({ ...options.config, max: options.size });
    // The pool listens to idle connections alone. An error that nobody listens to would end the process.
    this.#pool.on('connect', (client) => {
      client.on('error', options.onLoss);
      this.#clients.add(client);
    });
    this.#pool.on('remove', (client) => this.#clients.delete(client as pg.PoolClient));
    this.#pool.on('error', () => {});
  }

  /** Asks again when the connection is lost: the server may have ended that one alone, or those that lay idle. */
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const start = performance.now();
    for (;;) {
      const client = await this.#checkOut();
      const connection = this.#connectionOf(client);
      const left = this.#options.answerMilliseconds - (performance.now() - start);
      try {
        return await connection.answerOf<R>(query, Math.max(shortestAnswerMilliseconds, left));
      } catch (error) {
        if (!connection.isLost || performance.now() > start + askAgainMilliseconds) throw error;
      } finally {
        client.release(connection.isLost);
      }
    }
  }

  streamQuery(): never {
    throw new Error('pages are of one moment: read them on a snapshot');
  }

  /** Says goodbye, and does not wait for long: a server that is gone or hangs answers no more. */
  async close(): Promise<void> {
    const timer = setTimeout(() => {
      for (const client of this.#clients) client.connection.stream.destroy();
    }, goodbyeMilliseconds);
    await this.#pool.end();
    clearTimeout(timer);
  }

  async #checkOut(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      const isFull = error instanceof Error && error.message.startsWith('timeout exceeded');
      throw isFull
        ? new StoreBusy('all connections to the database are in use')
        : this.#options.failures.connected(error);
    }
  }

  #connectionOf(client: pg.PoolClient): PostgresConnection {
    const connection = this.#connections.get(client) ?? new PostgresConnection(client, this.#options.failures);
    this.#connections.set(client, connection);
    return connection;
  }
}
