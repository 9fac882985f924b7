import { type Clock, type Milliseconds, milliseconds, type Uuid } from '../../base/index.ts';
import { ownAddresses, type PortIntent } from '../../firsthop/index.ts';
import { type Address, equalAddress, formatAddress } from '../../ip/index.ts';
import type { ServedPort } from '../plan.ts';
import { isAmong } from './claims.ts';
import { type Probes, probeTries } from './probes.ts';

/** How guests are asked, what is known of when they used their addresses, and what is done with those given up. */
export interface VacanciesOptions {
  readonly clock: Clock;
  readonly probes: Pick<Probes, 'ask'>;
  readonly since: (portId: Uuid, address: Address) => Milliseconds;
  readonly lastUsed: (portId: Uuid, address: Address) => Milliseconds;
  readonly release: (port: ServedPort, address: Address) => void;
  /** Says to the network that the address is the port's. */
  readonly defend: (port: ServedPort, address: Address) => void;
  /** How many claims of the port wait for room. */
  readonly waiting: (portId: Uuid) => number;
}

/**
 * A guest that is still detecting an address answers nobody for it (RFC 4862 §5.4.3), so it is not asked for that long: one
 * second, and a little more for a busy guest. If it solicits more than once, the switch tells that it is (`rival`).
 */
const detectionMilliseconds = 1_200;
/** Nor is it asked for what it has just used, when room is looked for. */
const restMilliseconds = milliseconds(3_000);
/** One guest is asked for one address at others' instigation no more often than this. */
const contestMilliseconds = 5_000;
/** Room for what a guest asks for at once when it starts anew; of a small quota, a quarter. */
const mostSpare = 4;
/** Some of the guest's other addresses, by which one sees that it is there. */
const mostWitnesses = 3;

/**
 * Finds out which bound addresses their guests have given up. Nothing but a guest's own silence ends what it has: who else
 * wants an address can only have it asked, and a guest that answers for none of its addresses, because it is down or
 * flooded, keeps them all.
 */
export class Vacancies {
  readonly #options: VacanciesOptions;
  readonly #contested = new Map<string, Milliseconds>();
  readonly #searches = new Map<Uuid, Promise<boolean>>();

  constructor(options: VacanciesOptions) {
    this.#options = options;
  }

  /** Somebody else detects an address of the port's: it is defended, unless the guest itself shows that it has it no more. */
  async contest(port: ServedPort, address: Address): Promise<void> {
    const { defend, release, clock, probes, since } = this.#options;
    const { portId, boundAddresses } = port.intent;
    const key = `${portId} ${formatAddress(address)}`;
    const now = clock.now();
    const isNew = now - since(portId, address) < detectionMilliseconds;
    const isAskedAlready = now - (this.#contested.get(key) ?? -Infinity) < contestMilliseconds;
    if (!isAmong(boundAddresses, address) || isNew || isAskedAlready) return defend(port, address);
    this.#note(key, now);
    const witnesses = ownAddresses(port.intent).filter((other) => !equalAddress(other, address));
    const answers = await probes.ask(port, [address, ...this.#latest(portId, witnesses)], address);
    const isThere = [...answers.values()].some((count) => count === probeTries);
    const hasGivenUp = isThere && answers.get(formatAddress(address)) === 0;
    if (hasGivenUp) release(port, address);
    else defend(port, address);
  }

  /**
   * Sees to it that a guest that starts anew finds room for its addresses. While a claim waits for room, nobody has the
   * address, and others could ask for it.
   */
  keepRoom(port: ServedPort): void {
    if (shortage(port.intent) > 0) void this.search(port);
  }

  /** Makes room for the claims that wait for it, out of what is unused for longest. Whether there is any for one more. */
  search(port: ServedPort): Promise<boolean> {
    const { portId } = port.intent;
    const running = this.#searches.get(portId) ?? this.#search(port).finally(() => this.#searches.delete(portId));
    this.#searches.set(portId, running);
    return running;
  }

  async #search(port: ServedPort): Promise<boolean> {
    const { probes, lastUsed, release, waiting } = this.#options;
    const { portId } = port.intent;
    const idle = await this.#idle(port);
    const witnesses = this.#latest(portId, ownAddresses(port.intent)).filter((address) => !isAmong(idle, address));
    const answers = await probes.ask(port, [...idle, ...witnesses]);
    const isThere = [...answers.values()].some((count) => count > 0);
    const gone = idle
      .filter((address) => answers.get(formatAddress(address)) === 0)
      .toSorted((a, b) => lastUsed(portId, a) - lastUsed(portId, b))
      .slice(0, Math.max(waiting(portId), isThere ? shortage(port.intent) : 0));
    for (const address of gone) release(port, address);
    return gone.length > 0;
  }

  /** What the guest may be asked for; a moment later, if it has used all of its addresses just now. */
  async #idle({ intent }: ServedPort): Promise<readonly Address[]> {
    const { clock, lastUsed } = this.#options;
    const { portId, boundAddresses } = intent;
    const rested = () =>
      boundAddresses.filter((address) => clock.now() - lastUsed(portId, address) >= restMilliseconds);
    if (rested().length === 0) await new Promise<void>((resolve) => clock.after(restMilliseconds, resolve));
    return rested();
  }

  #latest(portId: Uuid, addresses: readonly Address[]): readonly Address[] {
    const { lastUsed } = this.#options;
    return addresses.toSorted((a, b) => lastUsed(portId, b) - lastUsed(portId, a)).slice(0, mostWitnesses);
  }

  #note(key: string, now: Milliseconds): void {
    for (const [other, at] of this.#contested) if (now - at > contestMilliseconds) this.#contested.delete(other);
    this.#contested.set(key, now);
  }
}

/** How many of its addresses a port should give up to have some room to spare. */
function shortage({ boundAddresses, learnedAddressQuota: quota }: PortIntent): number {
  const spare = Math.min(mostSpare, Math.floor(quota / 4));
  return Math.max(0, boundAddresses.length - (quota - spare));
}
