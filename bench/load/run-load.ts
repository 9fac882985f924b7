import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ApiTarget, headersOf } from '../api-target.ts';
import type { LoadJob, LoadResult } from './job.ts';

const run = promisify(execFile);

export type LoadRequest = Pick<LoadJob, 'method' | 'concurrency' | 'requests'> & {
  readonly paths: readonly string[];
  readonly body?: object;
  /** Default: as many as run at a time. */
  readonly warmUp?: number;
  /** Default 20. */
  readonly seconds?: number;
};

/** Has the generator do it, in a process of its own. Throws when any answer was no success. */
export async function runLoad(
  target: Pick<ApiTarget, 'endpoint' | 'token' | 'signal'>,
  request: LoadRequest,
): Promise<LoadResult> {
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
