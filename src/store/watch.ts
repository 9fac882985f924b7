import { errorFields, type Log, type Milliseconds, milliseconds } from '../base/index.ts';
import { StoreUnavailable } from './unavailable.ts';

/** Pause between looks at a database that does not answer: what waits for it goes on soon after it is back. */
const pauseWhileAway = milliseconds(200);

/** How the newest revision is read, from which one on, and how often. */
export interface CommitWatchOptions {
  /** Reads the newest revision from the database. */
  readonly newest: () => Promise<number>;
  readonly from: number;
  readonly interval: Milliseconds;
  readonly log: Log;
}

/** Tells listeners of commits, those of other processes included, by the newest revision. */
export interface CommitWatch {
  /** Tells the listeners of a commit of this process. */
  announce(revision: number): void;
  listen(listener: (revision: number) => void): () => void;
  stop(): void;
}

/**
 * Tells listeners of commits: those of this process at once, those of others by looking at the revision now and then.
 * Looking can't miss anything, as a notification over a connection that just broke could.
 */
export function watchCommits({ newest, from, interval, log }: CommitWatchOptions): CommitWatch {
  const listeners = new Set<(revision: number) => void>();
  let seen = from;
  let isStopped = false;
  let isAway = false;
  const announce = (revision: number) => {
    if (revision <= seen) return;
    seen = revision;
    for (const listener of listeners) listener(revision);
  };
  const look = async () => {
    try {
      const revision = await newest();
      isAway = false;
      if (!isStopped) announce(revision);
    } catch (error) {
      // Of a database that is away, the store's health tells.
      if (!isAway && !(error instanceof StoreUnavailable))
        log.error(errorFields(error), 'store: the newest revision could not be read');
      isAway = true;
    }
    const pause = isAway ? Math.min(interval, pauseWhileAway) : interval;
    if (!isStopped) timer = setTimeout(look, pause).unref();
  };
  let timer = setTimeout(look, interval).unref();
  return {
    announce,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
