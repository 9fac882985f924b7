import type { ChildProcess } from 'node:child_process';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import { exitCode, killGroup, launch } from './run-child.ts';
import { runPooled } from './run-pool.ts';
import type { Background, Output, RunOptions } from './types.ts';

/** Runs a command to its end. Never throws for what the command does. */
export function run(command: readonly string[], options: RunOptions = {}): Promise<Output> {
  const { env, input = '', timeoutMilliseconds = 30_000 } = options;
  return runPooled({ command, env: { ...process.env, ...env }, input, timeoutMilliseconds });
}

/** Runs a command that must succeed, and answers its standard output. */
export async function runOrThrow(command: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, options);
  if (code !== 0) throw new Error(`${command.join(' ')}: exit ${code}: ${(stderr || stdout).trim()}`);
  return stdout;
}

/** As Promise.all, but nothing is under way any more when it throws: what had been begun can be undone then. */
export async function allOrThrow<T>(promises: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/** Starts a command that goes on; it dies with this process. */
export function startBackground(command: readonly string[], options: RunOptions = {}): Background {
  const child = launch(['setpriv', '--pdeathsig', 'KILL', '--', ...command], { ...process.env, ...options.env });
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
