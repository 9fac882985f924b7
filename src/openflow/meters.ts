import type { Log } from '../base/index.ts';
import type { OpenFlowSession } from './session.ts';
import type { OpenFlowError } from './wire/error.ts';
import { messageType } from './wire/message.ts';
import { encodeMeter, encodeMeterRemoval, type Meter } from './wire/meter.ts';

/** The session by which meters are set. */
export interface MetersOptions {
  readonly session: Pick<OpenFlowSession, 'sendAll'>;
  readonly log: Log;
}

/**
 * The meters of a bridge, which must be there before a flow names them. An earlier process may have left some, and a
 * restarted switch has none.
 */
export class Meters {
  readonly #options: MetersOptions;
  readonly #present = new Set<number>();
  /** Open vSwitch over a kernel without meters refuses every one. */
  #isRefused = false;

  constructor(options: MetersOptions) {
    this.#options = options;
  }

  /** Forgets which meters the switch has: call when a session comes up or goes down. */
  invalidate(): void {
    this.#present.clear();
    this.#isRefused = false;
  }

  /** Whether flows may name these meters now: not while the session is down, nor on a switch that has no meters. */
  async ensure(meters: readonly Meter[]): Promise<boolean> {
    const { log } = this.#options;
    if (this.#isRefused) return false;
    const missing = meters.filter(({ id }) => !this.#present.has(id));
    // The switch refuses to add a meter that exists; then the second request sets its rate.
    const bodies = missing.flatMap((meter) => [encodeMeter('add', meter), encodeMeter('modify', meter)]);
    const refused = await this.#modify(bodies);
    if (!refused) return false;
    const [problem] = refused.filter((error) => !isExisting(error));
    if (problem) {
      log.warn({ ...problem }, 'openflow: the switch has no meters; floods are met here');
      this.#isRefused = true;
      return false;
    }
    for (const { id } of missing) this.#present.add(id);
    return true;
  }

  /** Takes all others away; call when no flow names them any more. */
  async retain(ids: ReadonlySet<number>): Promise<void> {
    const stale = [...this.#present].filter((id) => !ids.has(id));
    for (const id of stale) this.#present.delete(id);
    await this.#modify(stale.map(encodeMeterRemoval));
  }

  async #modify(bodies: readonly Buffer[]): Promise<readonly OpenFlowError[] | undefined> {
    if (bodies.length === 0) return [];
    return this.#options.session.sendAll(bodies.map((body) => ({ type: messageType.meterMod, body })));
  }
}

/** OFPET_METER_MOD_FAILED, OFPMMFC_METER_EXISTS: OpenFlow 1.3.5 §7.4.4.13. */
function isExisting({ type, code }: OpenFlowError): boolean {
  return type === 12 && code === 1;
}
