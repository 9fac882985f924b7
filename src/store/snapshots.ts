import { type Milliseconds, type WaitingLine, waitingLine } from '../base/index.ts';
import { StoreBusy } from './busy.ts';
import type { Backend, Queries, Session } from './dialect/session.ts';
import { observedReaderOn } from './observed.ts';
import { newestRevision } from './outbox.ts';
import { pagesOn, readerOn } from './read.ts';
import type { Snapshot } from './types.ts';

/** Connections kept for the next snapshot; more are opened when needed and closed afterwards. */
const idleLimit = 4;

/** Where snapshots come from, and how many may be open at a time. */
export interface SnapshotsOptions {
  readonly backend: Backend;
  /** Most snapshots of each kind at a time: each has a connection of its own. */
  readonly places: { readonly used: number; readonly lent: number };
  /** How long a borrower waits for its turn. */
  readonly patience: Milliseconds;
}

/** A snapshot that is a borrower's until it is given back, and the connection it is read on. */
export interface LentSnapshot {
  readonly snapshot: Snapshot;
  readonly queries: Queries;
  giveBack(): Promise<void>;
}

/**
 * Lends out views of one moment. Those that are used within the process and those that are lent to clients have places of
 * their own: a client that reads slowly holds up other clients at most.
 */
export class Snapshots {
  readonly #backend: Backend;
  readonly #patience: Milliseconds;
  readonly #users: WaitingLine;
  readonly #borrowers: WaitingLine;
  readonly #idle: Session[] = [];
  /** For each one that is out: when it is given back. */
  readonly #out = new Set<Promise<void>>();

  constructor({ backend, places, patience }: SnapshotsOptions) {
    this.#backend = backend;
    this.#patience = patience;
    this.#users = waitingLine(places.used);
    this.#borrowers = waitingLine(places.lent);
  }

  /** Waits for its turn for as long as it takes. */
  async use<T>(read: (snapshot: Snapshot, queries: Queries) => Promise<T>): Promise<T> {
    const leave = await this.#users.enter();
    try {
      const { snapshot, queries, giveBack } = await this.#open();
      try {
        return await read(snapshot, queries);
      } finally {
        await giveBack();
      }
    } finally {
      leave?.();
    }
  }

  /**
   * For a reader that comes back for more, and gives back, also after a failure. Throws a `StoreBusy` when its turn does
   * not come in time.
   */
  async lend(): Promise<LentSnapshot> {
    const leave = await this.#borrowers.enter(this.#patience);
    if (!leave) throw new StoreBusy('as many collections are being read as may be');
    try {
      const lent = await this.#open();
      return { ...lent, giveBack: () => lent.giveBack().finally(leave) };
    } catch (error) {
      leave();
      throw error;
    }
  }

  async #open(): Promise<LentSnapshot> {
    const session = await this.#acquire();
    try {
      const snapshot = await snapshotOn(session);
      const { promise: returned, resolve } = Promise.withResolvers<void>();
      this.#out.add(returned);
      const giveBack = async () => {
        await this.#giveBack(session);
        this.#out.delete(returned);
        resolve();
      };
      return { snapshot, queries: session, giveBack };
    } catch (error) {
      await session.close().catch(() => {});
      throw error;
    }
  }

  /** Waits for those that are out: a list that a client broke off ends a little later than its request. */
  async close(): Promise<void> {
    await Promise.all(this.#out);
    for (const session of this.#idle.splice(0)) await session.close();
  }

  /** Where one connection broke while it lay idle, the others may have, too: all are replaced. */
  async #acquire(): Promise<Session> {
    const idle = this.#idle.pop();
    if (idle) {
      try {
        await idle.begin('snapshot');
        return idle;
      } catch {
        for (const session of [idle, ...this.#idle.splice(0)]) void session.close().catch(() => {});
      }
    }
    const session = await this.#backend.openSession('snapshot');
    try {
      await session.begin('snapshot');
      return session;
    } catch (error) {
      await session.close().catch(() => {});
      throw error;
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
    ...readerOn(session, 'published'),
    observed: observedReaderOn(session),
    revision,
    pages: (table, query, size) => pagesOn(session, table, query, size),
  };
}
