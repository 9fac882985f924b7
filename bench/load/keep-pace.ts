import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Endpoint } from '../../src/client/index.ts';
import type { PaceJob, PaceResult } from './job.ts';
import { headersOf } from './run-load.ts';

/** Requests that go on beside whatever is measured. */
export interface Pace {
  /** Ends them, and answers how long they took. Failures are for the caller to judge. */
  stop(): Promise<PaceResult>;
}

/** The requests to make, and how many of them in a second. */
export interface PaceRequest {
  readonly endpoint: Endpoint;
  readonly token?: string | undefined;
  /** Taken in turn. */
  readonly paths: readonly string[];
  /** With a body they are POSTs, else GETs. */
  readonly body?: object;
  /** Default 100. */
  readonly perSecond?: number;
  /** Requests, one after another, before those that count. Default 0. */
  readonly warmUp?: number;
}

/** Has a process of its own ask for these paths at a steady rate, and resolves when it begins. It ends with this one. */
export async function keepPace(request: PaceRequest): Promise<Pace> {
  const { endpoint, paths, body, token, perSecond = 100, warmUp = 0 } = request;
  const { origin, pathname } = new URL(endpoint.baseUrl);
  const job: PaceJob = {
    baseUrl: origin,
    paths: paths.map((path) => `${pathname.replace(/\/$/, '')}${path}`),
    socketPath: endpoint.socketPath,
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headersOf(token) },
    method: body ? 'POST' : 'GET',
    body: body && JSON.stringify(body),
    perSecond,
    warmUp,
  };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'pacemaker.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.write(`${JSON.stringify(job)}\n`);
  const printed = createInterface({ input: child.stdout });
  await once(printed, 'line');
  return {
    async stop() {
      const last = once(printed, 'line');
      child.stdin.end();
      return JSON.parse((await last)[0]) as PaceResult;
    },
  };
}
