import { Gauge, Histogram, type Registry } from 'prom-client';
import type { HostFeed } from '../hostbound/index.ts';
import type { Convergence, EngineProgress } from '../reconcile/index.ts';
import type { Store } from '../store/index.ts';
import type { ControlLoops } from './control-loops.ts';

/** The parts of the controller whose figures `/metrics` shows. */
export interface ObservedParts {
  readonly store: Store;
  readonly loops: ControlLoops;
  readonly feed: HostFeed;
}

/** Puts the loops' figures into `/metrics`, read when they are asked for. */
export function registerMetrics(registry: Registry, { store, loops, feed }: ObservedParts): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `sextant_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  const engines = (name: string, help: string, read: (progress: EngineProgress) => number) =>
    new Gauge({
      name: `sextant_reconcile_${name}`,
      help,
      labelNames: ['target'],
      registers: [registry],
      collect() {
        const { northbound, status } = loops.progress();
        for (const progress of [northbound, status]) this.set({ target: progress.target }, read(progress));
      },
    });
  engines('ready', '1 while the other side is connected and seen whole', ({ ready }) => (ready ? 1 : 0));
  engines('dirty_keys', 'keys that wait for their turn or are being worked on', ({ dirty }) => dirty);
  engines('refused_keys', 'keys that were refused and wait for another try', ({ failing }) => failing.length);
  engines('operations_total', 'operations issued', ({ operations }) => operations);
  engines('transactions_total', 'transactions committed', ({ transactions }) => transactions);
  engines('full_scans_total', 'full scans', ({ scans }) => scans);
  gauge('northbound_refused', "1 while nothing is written to NB, as it is not this store's", () =>
    loops.progress().refusal === undefined ? 0 : 1,
  );
  gauge('store_faults', 'what is wrong with the database, as /healthcheck says', () => store.faults().length);
  gauge('outbox_depth', 'committed keys that are not acknowledged', () => loops.progress().outboxDepth);
  gauge('agents_connected', 'hosts with a session', () => feed.progress().hosts.length);
  gauge('agent_ports_plugged', 'ports that agents see plugged', () => feed.progress().pluggedPorts);
  gauge('agent_intents_sent_total', 'intents sent to agents', () => feed.progress().intentsSent);
  gauge('resident_bytes', 'resident memory of the controller', () => process.memoryUsage.rss());
}

/** Times how long changes take from the commit that was noticed to the transaction that brought them to NB. */
export function convergenceTimer(registry: Registry): (convergence: Convergence) => void {
  const seconds = new Histogram({
    name: 'sextant_reconcile_seconds',
    help: 'from a key becoming dirty to its rows being in NB',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60],
    registers: [registry],
  });
  return ({ keys, at }) => {
    for (const { since } of keys) seconds.observe((at - since) / 1_000);
  };
}
