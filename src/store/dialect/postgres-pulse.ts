import { sql } from 'kysely';
import type { Log } from '../../base/index.ts';
import type { StoreHealth } from '../health.ts';
import { newestRevision } from '../outbox.ts';
import type { PostgresFailures } from './postgres-errors.ts';
import type { Session } from './session.ts';

/** How to connect to the server that is asked whether it lives, and where its faults are noted. */
export interface PulseOptions {
  /** Opens a connection that is given up when an answer takes long. */
  readonly open: () => Promise<Session>;
  readonly failures: PostgresFailures;
  readonly health: StoreHealth;
  readonly log: Log;
}

/**
 * Looks now and then how the server is, over a connection of its own: those of the requests may all be busy. So an outage is
 * said once, however many connections it ends.
 */
export class Pulse {
  readonly #options: PulseOptions;
  #kept: Session | undefined;
  #losses = 0;

  constructor(options: PulseOptions) {
    this.#options = options;
  }

  /** To be called for each idle connection that was lost. */
  noteLoss(): void {
    this.#losses += 1;
  }

  /** Reads the newest revision. Notes what is wrong, and what is no more. */
  async newest(): Promise<number> {
    return (await this.#askKept()) ?? (await this.#askAnew());
  }

  async close(): Promise<void> {
    await this.#kept?.close();
  }

  /**
   * Undefined when the connection that was kept is of no use: it may have broken alone. While something is wrong, a new one
   * is asked: sessions keep settings that the server has changed, and new ones may be refused.
   */
  async #askKept(): Promise<number | undefined> {
    const kept = this.#kept;
    if (!kept) return undefined;
    this.#kept = undefined;
    if (this.#options.health.reasons.length > 0) return void (await kept.close());
    return this.#ask(kept).catch(() => undefined);
  }

  async #askAnew(): Promise<number> {
    const { open, failures, health } = this.#options;
    const session = await open();
    health.noteSuccess('connections');
    try {
      return await this.#ask(session);
    } catch (error) {
      throw failures.unanswered(error);
    }
  }

  async #ask(session: Session): Promise<number> {
    try {
      const revision = await newestRevision(session);
      const isReadOnly = await refusesWrites(session);
      this.#kept = session;
      this.#noteAnswer(isReadOnly);
      return revision;
    } catch (error) {
      void session.close();
      throw error;
    }
  }

  #noteAnswer(isReadOnly: boolean): void {
    const { failures, health, log } = this.#options;
    if (this.#losses > 0 && !health.has('server'))
      log.warn({ connections: this.#losses }, 'store: connections were lost, and the database answers');
    this.#losses = 0;
    health.noteSuccess('server');
    if (isReadOnly) failures.readOnly();
    else health.noteSuccess('read-only');
  }
}

/** True on a standby, too. */
async function refusesWrites({ own }: Session): Promise<boolean> {
  const { rows } = await sql<{ transaction_read_only: string }>`show transaction_read_only`.execute(own);
  return rows[0]?.transaction_read_only === 'on';
}
