import type { FastifyInstance } from 'fastify';
import { errorFields, isOperational, type Milliseconds, milliseconds, OperationalError } from '../base/index.ts';
import type { ApiContext } from './context.ts';
import { sendJson } from './reply.ts';

/** Answers why something is not well, in words for the operator; undefined when it is. */
export type Check = () => Promise<string | undefined>;

/** A database that hangs must not keep a load balancer waiting. */
const patience = milliseconds(2_000);

/** `/healthcheck`: 200 when everything that is asked is well, 503 otherwise, with the reasons. */
export function healthRoutes(
  app: FastifyInstance,
  { store, log }: ApiContext,
  checks: Readonly<Record<string, Check>>,
): void {
  const all: Readonly<Record<string, Check>> = {
    store: async () => {
      const read = async () => void (await store.reader.claimed('healthcheck', ['-']));
      const isKnown = store.faults().length > 0;
      const failure = isKnown ? undefined : await within(patience, read()).catch((error: unknown) => error);
      // The store's own reasons say more than the error of this read.
      if (store.faults().length > 0) return store.faults().join('; ');
      if (failure !== undefined) throw failure;
      return undefined;
    },
    ...checks,
  };
  const ask = async (name: string, check: Check): Promise<readonly [string, string | undefined]> => {
    try {
      return [name, await check()];
    } catch (error) {
      // The store tells of its outages itself, once each; this route is asked again and again.
      if (!isOperational(error)) log.warn({ ...errorFields(error), check: name }, 'healthcheck: a check failed');
      return [name, `the check failed: ${error instanceof Error ? error.message : String(error)}`];
    }
  };
  app.get('/healthcheck', { config: { rule: 'public' } }, async (_request, reply) => {
    const results = await Promise.all(Object.entries(all).map(([name, check]) => ask(name, check)));
    const reasons = results.filter(([, reason]) => reason !== undefined) as [string, string][];
    const isHealthy = reasons.length === 0;
    return sendJson(reply, isHealthy ? 200 : 503, {
      status: isHealthy ? 'ok' : 'failing',
      checks: Object.fromEntries(results.map(([name, reason]) => [name, reason === undefined])),
      ...(!isHealthy && { reasons: Object.fromEntries(reasons) }),
    });
  });
}

async function within(time: Milliseconds, work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new OperationalError(`the database has not answered for ${time} ms`)), time);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
