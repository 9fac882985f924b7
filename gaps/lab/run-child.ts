import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Output } from './types.ts';

/** A command with all that it is run with, as plain data. */
export interface Job {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input: string | Uint8Array;
  readonly timeoutMilliseconds: number;
}

const timedOut = 124; // as timeout(1) says it

/** Runs a command to its end in this thread. Never throws for what the command does. */
export function runChild({ command, env, input, timeoutMilliseconds }: Job): Promise<Output> {
  const child = launch(command, env);
  let stdout = '';
  let stderr = '';
  let late = false;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const timer = setTimeout(() => {
    late = true;
    killGroup(child, 'SIGKILL');
  }, timeoutMilliseconds);
  child.stdin?.on('error', () => {}); // a command may end without reading its input
  child.stdin?.end(input);
  return new Promise((resolve) => {
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, stdout, stderr: `${command[0]}: ${error.message}` });
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: late ? timedOut : exitCode(code, signal), stdout, stderr });
    });
  });
}

/** In a process group of its own, so that ending it ends its children too. */
export function launch(command: readonly string[], env: Job['env']): ChildProcess {
  const [program = '', ...args] = command;
  return spawn(program, args, { detached: true, env, stdio: 'pipe' });
}

/** Sends a signal to a child and all that it has started. It may be gone already. */
export function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The whole group is gone already (ESRCH).
  }
}

/** The exit code of a process as a shell gives it: 128 and the signal's number for one that was killed. */
export function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}
