import type { Log } from '../../base/index.ts';

/** A log that a test reads: what was said at warn and above, as level and message. */
export interface RecordedLog {
  readonly log: Log;
  readonly said: readonly string[];
}

/** A log that remembers its warnings and errors, each as its level and its message. */
export function recordedLog(): RecordedLog {
  const said: string[] = [];
  const log: Log = {
    error: (_, message) => said.push(`error ${message}`),
    warn: (_, message) => said.push(`warn ${message}`),
    info() {},
    debug() {},
    child: () => log,
  };
  return { log, said };
}
