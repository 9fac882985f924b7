import type { FastifyInstance } from 'fastify';
import type { ApiContext } from './context.ts';
import { sendJson } from './reply.ts';

type Check = () => Promise<boolean>;

/** `/healthcheck`: 200 when everything that is asked says yes, 503 otherwise, with each answer. */
export function healthRoutes(
  app: FastifyInstance,
  { store, log }: ApiContext,
  checks: Readonly<Record<string, Check>>,
): void {
  const all: Readonly<Record<string, Check>> = {
    store: async () => (await store.reader.claimed('healthcheck', ['-'])).length === 0,
    ...checks,
  };
  const ask = async (name: string, check: Check): Promise<readonly [string, boolean]> => {
    try {
      return [name, await check()];
    } catch (error) {
      log.warn({ err: error, check: name }, 'healthcheck: a check failed');
      return [name, false];
    }
  };
  app.get('/healthcheck', { config: { action: 'public' } }, async (_request, reply) => {
    const results = await Promise.all(Object.entries(all).map(([name, check]) => ask(name, check)));
    const isHealthy = results.every(([, isFine]) => isFine);
    return sendJson(reply, isHealthy ? 200 : 503, {
      status: isHealthy ? 'ok' : 'failing',
      checks: Object.fromEntries(results),
    });
  });
}
