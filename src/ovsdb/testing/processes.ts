import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs a command to its end and returns what it wrote; its failure is an exception that shows standard error. */
export async function run(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await execute(command, [...args], { maxBuffer: 1 << 30 });
  return stdout;
}

/** A daemon in the foreground that dies with this process, even if that is killed. */
export interface Daemon {
  /** Its standard error so far. */
  readonly log: () => string;
  readonly running: () => boolean;
  /** Undefined while it runs, and after a signal. */
  readonly exitStatus: () => number | undefined;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a program in the foreground. Its environment is this process's with the given variables added. */
export function startDaemon(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Daemon {
  const child: ChildProcess = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr?.on('data', (text: Buffer) => {
    log += text.toString();
  });
  const running = () => child.exitCode === null && child.signalCode === null;
  return {
    log: () => log,
    running,
    exitStatus: () => child.exitCode ?? undefined,
    async kill(signal) {
      if (!running()) return;
      const exit = once(child, 'exit');
      child.kill(signal);
      await exit;
    },
  };
}
