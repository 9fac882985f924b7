import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import type { Background, Output, RunOptions } from './types.ts';

const timedOut = 124; // as timeout(1) says it

/** Runs a command to its end. Never throws for what the command does. */
export function run(command: readonly string[], options: RunOptions = {}): Promise<Output> {
  const child = launch(command, options);
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
  }, options.timeoutMilliseconds ?? 30_000);
  child.stdin?.on('error', () => {}); // a command may end without reading its input
  child.stdin?.end(options.input ?? '');
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

/** Runs a command that must succeed, and answers its standard output. */
export async function runOrThrow(command: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, options);
  if (code !== 0) throw new Error(`${command.join(' ')}: exit ${code}: ${(stderr || stdout).trim()}`);
  return stdout;
}

/** Starts a command that goes on; it dies with this process. */
export function startBackground(command: readonly string[], options: RunOptions = {}): Background {
  const child = launch(['setpriv', '--pdeathsig', 'KILL', '--', ...command], options);
  let output = '';
  const collect = (text: string): void => {
    output += text;
  };
  child.stdout?.setEncoding('utf8').on('data', collect);
  child.stderr?.setEncoding('utf8').on('data', collect);
  child.once('error', (error) => collect(error.message));
  child.stdin?.on('error', () => {});
  if (options.input !== undefined) child.stdin?.end(options.input);
  const ended = new Promise<Output>((resolve) => {
    child.once('close', (code, signal) => resolve({ code: exitCode(code, signal), stdout: output, stderr: '' }));
  });
  return {
    process: child,
    output: () => output,
    waitForOutput: (pattern, within = 10_000) => waitForOutput(child, () => output, { command, pattern, within }),
    stop: (signal = 'SIGTERM') => stop(child, ended, signal),
  };
}

/** Ends the command and what it started; a command that ignores the signal is killed after 2 s. */
async function stop(child: ChildProcess, ended: Promise<Output>, signal: NodeJS.Signals): Promise<Output> {
  killGroup(child, signal);
  const timer = setTimeout(() => killGroup(child, 'SIGKILL'), 2_000);
  try {
    return await ended;
  } finally {
    clearTimeout(timer);
  }
}

interface Expectation {
  readonly command: readonly string[];
  readonly pattern: RegExp;
  readonly within: number;
}

async function waitForOutput(child: ChildProcess, output: () => string, expected: Expectation): Promise<string> {
  const { command, pattern, within } = expected;
  await waitFor(
    `${command.join(' ')} to print ${pattern}`,
    () => pattern.test(output()) || child.exitCode !== null || child.signalCode !== null,
    { within: milliseconds(within), every: milliseconds(5) },
  );
  if (!pattern.test(output())) throw new Error(`${command.join(' ')} ended before ${pattern}: ${output().trim()}`);
  return output();
}

/** In a process group of its own, so that ending it ends its children too. */
function launch(command: readonly string[], options: RunOptions): ChildProcess {
  const [program = '', ...args] = command;
  return spawn(program, args, { detached: true, env: { ...process.env, ...options.env }, stdio: 'pipe' });
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The whole group is gone already (ESRCH).
  }
}

function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}
