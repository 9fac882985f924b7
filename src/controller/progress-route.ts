import type { FastifyInstance } from 'fastify';
import type { HostFeed } from '../hostbound/index.ts';
import type { NorthboundDatabase } from '../northbound/index.ts';
import { type EngineProgress, keyText } from '../reconcile/index.ts';
import type { SouthboundDatabase } from '../southbound/index.ts';
import type { ControlLoops } from './control-loops.ts';

/** The parts of the controller whose progress is shown. */
export interface ProgressParts {
  readonly loops: ControlLoops;
  readonly feed: HostFeed;
  readonly northbound: NorthboundDatabase;
  readonly southbound: SouthboundDatabase;
}

/**
 * `/healthcheck/progress`: where everything behind the API stands. Always 200: the API serves without OVN, so that a
 * northbound database that is away must not take the API out of a load balancer.
 */
export function serveProgress(server: FastifyInstance, parts: ProgressParts): void {
  server.get('/healthcheck/progress', { config: { rule: 'public' } }, async () => describe(parts));
}

function describe({ loops, feed, northbound, southbound }: ProgressParts) {
  const progress = loops.progress();
  return {
    northbound: {
      connection: northbound.status,
      refusal: progress.refusal ?? null,
      ...describeEngine(progress.northbound),
    },
    southbound: { connection: southbound.status, ...describeEngine(progress.status) },
    outbox: { depth: progress.outboxDepth },
    agents: feed.progress(),
  };
}

/** An answer for people: where thousands of keys are refused, the first hundred say why. */
const mostRefusedShown = 100;

function describeEngine({ ready, dirty, failing, scans, lastScanAt, operations, transactions }: EngineProgress) {
  return {
    ready,
    dirtyKeys: dirty,
    refusedKeys: failing.length,
    refused: failing
      .slice(0, mostRefusedShown)
      .map(({ key, attempts, message }) => ({ key: keyText(key), attempts, message })),
    fullScans: scans,
    lastFullScanAt: lastScanAt === undefined ? null : new Date(lastScanAt).toISOString(),
    operations,
    transactions,
  };
}
