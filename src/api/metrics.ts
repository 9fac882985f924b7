import type { FastifyInstance } from 'fastify';
import { Counter, Histogram, type Registry } from 'prom-client';

/** Counts and times requests by method, route and status, and serves the whole registry at `/metrics`. */
export function metricsRoutes(app: FastifyInstance, registry: Registry): void {
  const labelNames = ['method', 'route', 'status'] as const;
  const count = new Counter({
    name: 'sextant_api_requests_total',
    help: 'Requests that were answered',
    labelNames,
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'sextant_api_request_seconds',
    help: 'Time from the request line to the last byte of the answer',
    labelNames: ['method', 'route'],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    registers: [registry],
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    count.labels(request.method, route, String(reply.statusCode)).inc();
    duration.labels(request.method, route).observe(reply.elapsedTime / 1000);
    done();
  });
  app.get('/metrics', { config: { rule: 'public' } }, async (_request, reply) =>
    reply.header('content-type', registry.contentType).send(await registry.metrics()),
  );
}
