import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import pg from 'pg';
import { isConnectionLost, type PostgresFailures } from './postgres-errors.ts';

/** A connection's statements that stay planned. The rules' are some dozens; filters and orders of lists are any number. */
export const preparedLimit = 500;

/** Names its first statements, so that the server plans each of them once: a name is kept as long as the connection. */
export class PostgresConnection implements DatabaseConnection {
  readonly #client: pg.ClientBase;
  readonly #names = new Map<string, string>();
  readonly #failures: PostgresFailures;
  #cursors = 0;
  #isLost = false;

  constructor(client: pg.ClientBase, failures: PostgresFailures) {
    this.#client = client;
    this.#failures = failures;
  }

  /** True once the server, or the way to it, has gone: every query will fail. */
  get isLost(): boolean {
    return this.#isLost;
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.answerOf(query);
  }

  /** Waits for the answer for so many milliseconds, by default as long as the client does for any. */
  async answerOf<R>({ sql, parameters }: CompiledQuery, limit?: number): Promise<QueryResult<R>> {
    const name = this.#nameOf(sql);
    const query = { ...(name !== undefined && { name }), text: sql, values: [...parameters] };
    const { rows, rowCount } = await this.ask(query, limit);
    return { rows, numAffectedRows: BigInt(rowCount ?? 0) };
  }

  /** By a cursor, which lives as long as the snapshot's transaction. */
  async *streamQuery<R>({ sql, parameters }: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    this.#cursors += 1;
    const cursor = `pages_${this.#cursors}`;
    await this.ask({ text: `declare ${cursor} no scroll cursor for ${sql}`, values: [...parameters] });
    for (;;) {
      const { rows } = await this.ask({ text: `fetch ${chunkSize} from ${cursor}` });
      if (rows.length > 0) yield { rows };
      if (rows.length < chunkSize) break;
    }
    await this.ask({ text: `close ${cursor}` });
  }

  /** Throws a `StoreUnavailable` when the connection is lost, whatever pg calls that, or the server unable to answer. */
  async ask(query: pg.QueryConfig, limit?: number): Promise<pg.QueryResult> {
    try {
      return await this.#client.query({ ...query, ...(limit !== undefined && { query_timeout: limit }) });
    } catch (error) {
      if (isConnectionLost(error)) this.#isLost = true;
      throw this.#failures.asked(error);
    }
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= preparedLimit) return known;
    const name = `q${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}

/** 64-bit integers as numbers: revisions and times stay far below 2^53. */
export function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === pg.types.builtins.INT8) return Number;
  return pg.types.getTypeParser(oid, format === 'binary' ? 'text' : format);
}
