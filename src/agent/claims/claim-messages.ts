import { type Clock, milliseconds, type Timer, type Uuid } from '../../base/index.ts';
import { type AddressClaim, type AgentMessage, mostClaims } from '../../feed/index.ts';
import { type Address, formatAddress } from '../../ip/index.ts';

/** The clock by which messages are gathered, and the way to the controller. */
export interface ClaimMessagesOptions {
  readonly clock: Clock;
  readonly send: (message: AgentMessage) => void;
}

/** How long a claim may wait for company: guests that boot together ask in one message. */
const gatherInterval = milliseconds(2);

/** Tells the controller in batches what guests claim, and what they have given up; a release before a claim. */
export class ClaimMessages {
  readonly #options: ClaimMessagesOptions;
  #claims = new Map<string, AddressClaim>();
  #releases = new Map<string, { readonly portId: Uuid; readonly address: string }>();
  #sending: Timer | undefined;

  constructor(options: ClaimMessagesOptions) {
    this.#options = options;
  }

  claim(portId: Uuid, address: Address, isAdmitted = false): void {
    const text = formatAddress(address);
    this.#claims.set(`${portId} ${text}`, { portId, address: text, ...(isAdmitted && { settled: true }) });
    this.#sendSoon();
  }

  release(portId: Uuid, address: Address): void {
    const text = formatAddress(address);
    this.#releases.set(`${portId} ${text}`, { portId, address: text });
    this.#sendSoon();
  }

  stop(): void {
    this.#sending?.cancel();
  }

  #sendSoon(): void {
    this.#sending ??= this.#options.clock.after(gatherInterval, () => {
      this.#sending = undefined;
      const [releases, claims] = [[...this.#releases.values()], [...this.#claims.values()]];
      this.#releases = new Map();
      this.#claims = new Map();
      for (const part of partsOf(releases)) this.#options.send({ kind: 'release', releases: part });
      for (const part of partsOf(claims)) this.#options.send({ kind: 'claim', claims: part });
    });
  }
}

function partsOf<T>(all: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(all.length / mostClaims);
  return Array.from({ length: count }, (_, index) => all.slice(index * mostClaims, (index + 1) * mostClaims));
}
