import { destination, pino } from 'pino';

/** From the fewest lines to the most; `silent` writes none. */
export const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** The least severity that is written; `silent` writes nothing. */
export type LogLevel = (typeof logLevels)[number];

type Write = (context: Record<string, unknown>, message: string) => void;

/** Structured logging: fields first, then a sentence that starts with the operation. */
export interface Log {
  readonly error: Write;
  readonly warn: Write;
  readonly info: Write;
  readonly debug: Write;
  child(bindings: Record<string, unknown>): Log;
}

/** JSON lines on standard error, so that standard output stays for what a command answers. */
export function createLog(level: LogLevel = 'info', bindings: Record<string, unknown> = {}): Log {
  return pino(
    { level, base: bindings, timestamp: pino.stdTimeFunctions.isoTime },
    destination({ dest: 2, sync: false }),
  );
}

/** A log that writes nothing. */
export const silentLog: Log = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silentLog,
};
