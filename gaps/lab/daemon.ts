import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import { niced, niceSession } from './processor-share.ts';
import type { Service } from './types.ts';

/** The command of a daemon, how it shows that it is ready, and who starts it again. */
export interface DaemonOptions {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** True as soon as it can be used. */
  readonly ready: () => boolean | Promise<boolean>;
  readonly readyWithinMilliseconds?: number;
  /** Its nice value, 0 to 19, and that of its session. Default 0. */
  readonly niceness?: number;
  /** Starts it again when it ends by itself after it was ready. Default: not. */
  readonly supervision?: Supervision | undefined;
}

/** As a supervisor, such as systemd, would. */
export interface Supervision {
  /** Times that it is started again. */
  readonly most: number;
  /** Called for each. */
  say(message: string): void;
}

/** Pause before a process that ended by itself is started again. */
const restartPause = milliseconds(200);

/** A process that serves until it is stopped, can be started again as it was, and dies with this process. */
export function daemon(options: DaemonOptions): Service {
  let child: ChildProcess | undefined;
  let restarts = 0;
  const supervise = (started: ChildProcess) => {
    const { supervision } = options;
    child = started;
    if (supervision) started.once('exit', () => void startAgain(started, supervision));
  };
  /** Where it was stopped on purpose, it is no longer `child`. */
  const startAgain = async (ended: ChildProcess, { most, say }: Supervision) => {
    if (child !== ended) return;
    const how = `${options.name} ended by itself with ${ended.exitCode ?? ended.signalCode}`;
    if (restarts >= most) return say(`${how}, and was started again ${most} times already: it stays so`);
    restarts += 1;
    say(`${how}: it is started again (log: ${options.logFile})`);
    await delay(restartPause);
    if (child === ended) supervise(launch(options));
  };
  return {
    name: options.name,
    logFile: options.logFile,
    get pid() {
      return child?.pid;
    },
    get isRunning() {
      return isRunning(child);
    },
    async start() {
      if (isRunning(child)) return;
      const started = launch(options);
      child = started;
      await untilReady(started, options);
      if (child !== started) return; // stopped meanwhile
      supervise(started);
      if (options.niceness && started.pid !== undefined) void niceSession(started.pid, options.niceness);
    },
    async stop(signal = 'SIGTERM') {
      const ending = child;
      child = undefined;
      if (ending) await end(ending, signal);
    },
  };
}

/** True when something accepts connections on the unix socket (a file alone may be what a dead server left). */
export function listens(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function launch({ command, env, logFile, niceness = 0 }: DaemonOptions): ChildProcess {
  const log = openSync(logFile, 'a');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...niced(niceness), ...command], {
    detached: true, // Ctrl-C is for the foreground process to handle, in its own order
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.once('error', () => {}); // shows as a missing pid below
  child.unref(); // this process can end without stopping it; the kernel then ends the child, too
  return child;
}

async function untilReady(child: ChildProcess, options: DaemonOptions): Promise<void> {
  const { name, logFile, ready, readyWithinMilliseconds = 15_000 } = options;
  await waitFor(`${name} to be ready (log: ${logFile})`, async () => !isRunning(child) || (await ready()), {
    within: milliseconds(readyWithinMilliseconds),
    every: milliseconds(5),
  }).catch((error: Error) => {
    // The log file may be gone with its lab by the time that this message is read.
    throw new Error(`${error.message}: ${tail(logFile)}`, { cause: error });
  });
  if (!isRunning(child)) {
    throw new Error(`${name} ended at once with ${child.exitCode ?? child.signalCode}: ${tail(logFile)}`);
  }
}

/** A server that doesn't listen to the signal is killed after 3 s. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (!isRunning(child)) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
  child.kill(signal);
  await ended;
  clearTimeout(timer);
}

function isRunning(child: ChildProcess | undefined): boolean {
  return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function tail(logFile: string): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
}
