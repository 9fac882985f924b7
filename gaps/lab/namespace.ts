import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { milliseconds, waitFor } from '../../src/base/index.ts';

/** A Node program in a namespace of its own, with a channel for messages to and fro. */
export interface NamespaceProcess {
  readonly process: ChildProcess;
  /** The first process of the namespace as this one sees it: what `nsenter --target` takes. */
  findInit(): Promise<number>;
  /** Ends the namespace and everything in it. */
  kill(): Promise<void>;
}

/** Ctrl-C does not reach it: the process that started it ends it in its own order, at the latest by its own death. */
export function startInNamespace(program: readonly string[]): NamespaceProcess {
  const script = `${import.meta.dirname}/namespace.sh`;
  const child = spawn(script, [process.execPath, ...program], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const closed = once(child, 'exit');
  return {
    process: child,
    findInit: () =>
      waitFor('the first process of the namespace', () => firstChild(child.pid ?? 0), { every: milliseconds(5) }),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** unshare(1) forks once: its only child is the namespace's init. */
async function firstChild(pid: number): Promise<number | undefined> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return Number.parseInt(children, 10) || undefined;
}
