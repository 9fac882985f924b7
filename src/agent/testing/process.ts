import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The agent as it is deployed: a process of its own. */
export interface AgentProcess {
  readonly pid: number;
  readonly log: () => string;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Resident memory in bytes. */
  residentBytes(): number;
}

const program = join(import.meta.dirname, '../../../bin/agent.ts');

/** Starts the agent as a process of its own, with these arguments; its output is appended to `logFile`. */
export function startAgentProcess(logFile: string, ...argv: readonly string[]): AgentProcess {
  const log = openSync(logFile, 'a');
  const child: ChildProcess = spawn(process.execPath, [program, ...argv], { stdio: ['ignore', log, log] });
  closeSync(log);
  const pid = child.pid ?? 0;
  return {
    pid,
    log: () => readFileSync(logFile, 'utf8'),
    kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
      return new Promise((resolve) => {
        child.on('exit', () => resolve());
        child.kill(signal);
      });
    },
    residentBytes: () =>
      Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024,
  };
}
