import type { Log, Milliseconds } from '../base/index.ts';

export interface CommitWatchOptions {
  /** Reads the newest revision from the database. */
  readonly newest: () => Promise<number>;
  readonly from: number;
  readonly interval: Milliseconds;
  readonly log: Log;
}

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
  const announce = (revision: number) => {
    if (revision <= seen) return;
    seen = revision;
    for (const listener of listeners) listener(revision);
  };
  const look = async () => {
    try {
      const revision = await newest();
      if (!isStopped) announce(revision);
    } catch (error) {
      log.warn({ error: String(error) }, 'store: look for commits of others');
    }
    if (!isStopped) timer = setTimeout(look, interval).unref();
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
