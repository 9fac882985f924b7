import type { Backend, Queries, Session } from './dialect/session.ts';
import { observedReaderOn } from './observed.ts';
import { newestRevision } from './outbox.ts';
import { pagesOn, readerOn } from './read.ts';
import type { Snapshot } from './types.ts';

/** Connections kept for the next snapshot; more are opened when needed and closed afterwards. */
const idleLimit = 4;

export interface LentSnapshot {
  readonly snapshot: Snapshot;
  readonly queries: Queries;
  giveBack(): Promise<void>;
}

/** Lends out views of one moment. */
export class Snapshots {
  readonly #backend: Backend;
  readonly #idle: Session[] = [];

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async use<T>(read: (snapshot: Snapshot, queries: Queries) => Promise<T>): Promise<T> {
    const { snapshot, queries, giveBack } = await this.lend();
    try {
      return await read(snapshot, queries);
    } finally {
      await giveBack();
    }
  }

  /** For a reader that comes back for more. Whoever borrows gives back, also after a failure. */
  async lend(): Promise<LentSnapshot> {
    const session = await this.#acquire();
    try {
      const giveBack = () => this.#giveBack(session);
      return { snapshot: await snapshotOn(session), queries: session, giveBack };
    } catch (error) {
      await session.close().catch(() => {});
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const session of this.#idle.splice(0)) await session.close();
  }

  /** A connection that broke while it lay idle is replaced. */
  async #acquire(): Promise<Session> {
    for (;;) {
      const idle = this.#idle.pop();
      const session = idle ?? (await this.#backend.openSession('snapshot'));
      try {
        await session.begin('snapshot');
        return session;
      } catch (error) {
        await session.close().catch(() => {});
        if (!idle) throw error;
      }
    }
  }

  /** A connection that broke can't end its transaction either, and isn't kept. */
  async #giveBack(session: Session): Promise<void> {
    try {
      await session.rollback();
      if (this.#idle.length < idleLimit) this.#idle.push(session);
      else await session.close();
    } catch {
      await session.close().catch(() => {});
    }
  }
}

/** Reading the revision first is what fixes the moment. */
async function snapshotOn(session: Session): Promise<Snapshot> {
  const revision = await newestRevision(session);
  return {
    ...readerOn(session),
    observed: observedReaderOn(session),
    revision,
    pages: (resource, query, size) => pagesOn(session, resource, query, size),
  };
}
