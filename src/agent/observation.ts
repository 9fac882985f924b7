import { type Clock, type Log, type Milliseconds, milliseconds, type Timer, type Uuid } from '../base/index.ts';
import { readMeterDrops, visitFlows } from '../openflow/index.ts';
import { Observer, type PortObservation } from './first-hop.ts';
import type { ServedPort } from './plan.ts';

/** The bridge that is read, the ports that matter, and who gets the readings. */
export interface ObservationOptions {
  /** `unix:/path/br.mgmt` */
  readonly target: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly served: () => ReadonlyMap<Uuid, ServedPort>;
  readonly onReading: (ports: readonly PortObservation[], now: Milliseconds) => void;
}

/** Two spawns each time, and a dump: 100 ports are some 2,500 flows. */
const interval = milliseconds(5_000);
/** Reads back from time to time what the switch has looked up and dropped. */
export class Observation {
  readonly #options: ObservationOptions;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(options: ObservationOptions) {
    this.#options = options;
    this.#later(interval);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #later(delay: Milliseconds): void {
    this.#timer = this.#options.clock.after(delay, () => {
      void this.#read().finally(() => {
        if (!this.#isStopped) this.#later(interval);
      });
    });
  }

  /** A switch that doesn't answer is read next time. */
  async #read(): Promise<void> {
    const { target, clock, log, served, onReading } = this.#options;
    if (served().size === 0) return;
    const observer = new Observer(served().values());
    const visited = await visitFlows(target, (flow) => observer.visit(flow));
    if (!visited.ok) return log.debug({ ...visited.error }, 'observation: flows could not be read');
    const metered = await readMeterDrops(target);
    if (metered.ok) observer.visitMeters(metered.value); // a switch without meters refuses
    const present = observer.observations().filter(({ port }) => served().get(port.intent.portId) === port);
    if (!this.#isStopped) onReading(present, clock.now());
  }
}
