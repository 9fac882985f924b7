import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Endpoint } from '../../src/client/index.ts';
import type { LoadJob, LoadResult } from './job.ts';

const run = promisify(execFile);

/** The load to put on the API: the paths in turn, and how many requests are under way at a time. */
export type LoadRequest = Pick<LoadJob, 'method' | 'concurrency' | 'requests'> & {
  readonly paths: readonly string[];
  readonly body?: object;
  /** Default: as many as run at a time. */
  readonly warmUp?: number;
  /** Default 20. */
  readonly seconds?: number;
};

/** Where the load goes. */
export interface LoadTarget {
  readonly endpoint: Endpoint;
  readonly token: string | undefined;
  /** Cuts its load short. */
  readonly signal?: AbortSignal | undefined;
}

/** Has the generator do it, in a process of its own. Throws when any answer was no success. */
export async function runLoad(target: LoadTarget, request: LoadRequest): Promise<LoadResult> {
  const { body, concurrency, warmUp = concurrency, seconds = 20 } = request;
  const { origin, pathname } = new URL(target.endpoint.baseUrl);
  const job: LoadJob = {
    ...request,
    baseUrl: origin,
    paths: request.paths.map((path) => `${pathname.replace(/\/$/, '')}${path}`),
    socketPath: target.endpoint.socketPath,
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headersOf(target.token) },
    body: body === undefined ? undefined : JSON.stringify(body),
    warmUp,
    seconds,
  };
  const generator = run(process.execPath, [join(import.meta.dirname, 'generator.ts')], {
    maxBuffer: 1 << 20,
    ...(target.signal && { signal: target.signal }),
  });
  generator.child.stdin?.end(JSON.stringify(job));
  const result = JSON.parse((await generator).stdout) as LoadResult;
  const failures = Object.entries(result.failures);
  if (failures.length > 0) throw new Error(`${request.method} failed: ${JSON.stringify(failures.slice(0, 3))}`);
  return result;
}

/** The headers by which the API knows the caller; none without a token. */
export function headersOf(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { 'x-auth-token': token };
}
