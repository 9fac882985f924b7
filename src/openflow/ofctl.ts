import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { err, type Milliseconds, milliseconds, ok, type Result } from '../base/index.ts';

/** Why ovs-ofctl(8) did not do what it was asked. */
export type OfctlProblem =
  /** The bridge's socket is not there, or nothing answers on it. Retry when it is back. */
  | { readonly kind: 'unreachable'; readonly detail: string }
  /** The switch, or ovs-ofctl itself, refused the flows; nothing was changed. */
  | { readonly kind: 'refused'; readonly detail: string };

/** One call of ovs-ofctl(8): its arguments, its standard input and who reads its output. */
export interface OfctlCall {
  readonly command: string;
  readonly options?: readonly string[];
  /** `unix:/path/br.mgmt` */
  readonly target: string;
  readonly operands?: readonly string[];
  readonly input?: string;
  /** Hears each line of standard output as it comes; the call then answers an empty text. */
  readonly onLine?: (line: string) => void;
  /** Default 20 s. */
  readonly timeout?: Milliseconds;
}

const unreachable =
  /connection (?:refused|reset|closed)|failed to connect|no such file|not a bridge|broken pipe|timed out|end of file/i;

/** Runs `ovs-ofctl -O OpenFlow13` once: its text syntax spares us an encoder for every match and action. */
export function runOfctl(call: OfctlCall): Promise<Result<string, OfctlProblem>> {
  const { command, options = [], target, operands = [], input = '', onLine, timeout = milliseconds(20_000) } = call;
  const seconds = Math.max(1, Math.ceil(timeout / 1000));
  const argv = ['-O', 'OpenFlow13', `--timeout=${seconds}`, ...options, command, target, ...operands];
  return new Promise((resolve) => {
    const child = spawn('ovs-ofctl', argv, { stdio: ['pipe', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    const complaint: Buffer[] = [];
    if (onLine) createInterface(child.stdout).on('line', onLine);
    else child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => complaint.push(chunk));
    child.on('error', (error) => resolve(err({ kind: 'unreachable', detail: error.message })));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(ok(Buffer.concat(output).toString('utf8')));
      const detail = Buffer.concat(complaint).toString('utf8').trim() || `ended by ${signal ?? code}`;
      resolve(err({ kind: signal !== null || unreachable.test(detail) ? 'unreachable' : 'refused', detail }));
    });
    child.stdin.on('error', () => undefined); // it may exit before it has read all: its exit code says why
    child.stdin.end(input);
  });
}
