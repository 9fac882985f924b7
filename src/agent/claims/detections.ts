import { type Clock, milliseconds } from '../../base/index.ts';
import { detectionCounter, detectionFlows, detectionFrame } from '../../firsthop/index.ts';
import { formatAddress } from '../../ip/index.ts';
import { type Cookie, type FlowSync, visitFlows } from '../../openflow/index.ts';
import type { Subject } from './claims.ts';

/** The switch that hears what neighbours say, and the way to them. */
export interface DetectionsOptions {
  /** `unix:/path/br.mgmt` */
  readonly target: string;
  readonly clock: Clock;
  readonly flows: Pick<FlowSync, 'set' | 'flush'>;
  /** Sends a frame to the network in a guest's name, past all flows. */
  readonly sendToNetwork: (subject: Subject, frame: Uint8Array) => void;
}

/** Owns the flows that count answers: of no port, as they come and go apart from its others. */
export const detectionsCookie: Cookie = 2n;

/** RFC 4862 §5.1, RetransTimer: how long a guest waits for an answer to its solicitation. */
const wait = milliseconds(1_000);

/**
 * Duplicate address detection in the name of guests. The switch counts the answers, and the count is read when the time is
 * over: whatever else a guest sends the agent meanwhile, no answer is lost in a queue or at a meter that it may have filled.
 */
export class Detections {
  readonly #options: DetectionsOptions;
  readonly #running = new Map<string, Subject>();
  /** Rises when the switch may have lost its flows, and their counts with them. */
  #generation = 0;

  constructor(options: DetectionsOptions) {
    this.#options = options;
  }

  /** The switch has restarted: what it heard until now is lost. */
  invalidate(): void {
    this.#generation++;
  }

  /** Asks the network whether anybody has the address. `unheard`: an answer might have been missed. */
  async listen(subject: Subject): Promise<'silence' | 'objection' | 'unheard'> {
    const { clock, sendToNetwork } = this.#options;
    const key = `${subject.port.patchPort} ${formatAddress(subject.address)}`;
    const generation = this.#generation;
    this.#running.set(key, subject);
    const isInPlace = await this.#install();
    if (isInPlace) {
      sendToNetwork(subject, detectionFrame(subject.address, subject.port.intent.mac));
      await new Promise<void>((resolve) => clock.after(wait, resolve));
    }
    const heard = isInPlace ? await this.#countAnswers(subject) : undefined;
    this.#running.delete(key);
    void this.#install();
    if (heard === undefined || generation !== this.#generation) return 'unheard';
    return heard > 0 ? 'objection' : 'silence';
  }

  async #install(): Promise<boolean> {
    const { flows } = this.#options;
    const all = [...this.#running.values()].flatMap(({ port, address }) =>
      detectionFlows(address, port.patchPort, detectionsCookie),
    );
    flows.set(detectionsCookie, all);
    return !(await flows.flush()).has(detectionsCookie);
  }

  async #countAnswers({ port, address }: Subject): Promise<number | undefined> {
    const counts: number[] = [];
    const match = detectionCounter(address, port.patchPort);
    const visited = await visitFlows(this.#options.target, ({ packets }) => counts.push(packets), match);
    return visited.ok ? counts[0] : undefined; // none: the switch has restarted
  }
}
