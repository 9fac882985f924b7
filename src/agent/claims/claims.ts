import { type Clock, milliseconds, type Timer, type Uuid } from '../../base/index.ts';
import { type Address, equalAddress, formatAddress } from '../../ip/index.ts';
import type { ServedPort } from '../plan.ts';
import { TokenBucket } from '../token-bucket.ts';
import { type Circumstances, type Claim, type ClaimEvent, type Effect, type Refusal, stepClaim } from './claim.ts';

/** One address of one port. */
export interface Subject {
  readonly port: ServedPort;
  readonly address: Address;
}

/** What claims depend on, and what becomes of them. */
export interface ClaimsOptions {
  readonly clock: Clock;
  readonly circumstances: (subject: Subject) => Circumstances;
  readonly ask: (subject: Subject) => void;
  /** Whether anybody advertises the address within the second that a guest would wait. */
  readonly listen: (subject: Subject) => Promise<'silence' | 'objection' | 'unheard'>;
  readonly contest: (subject: Subject) => void;
  /** Whether the port has room for one more address, after those that its guest has given up are released. */
  readonly search: (port: ServedPort) => Promise<boolean>;
  readonly admit: (subject: Subject) => void;
  readonly deny: (subject: Subject) => void;
  readonly count: (portId: Uuid, reason: Refusal | 'flood') => void;
}

/** What one guest may claim: all addresses of a boot at once, and a new one each second. */
const allowance = { burst: 32, perSecond: 2 };

interface Open {
  readonly subject: Subject;
  readonly claim: Claim;
  readonly timer: Timer | undefined;
}

interface Claimant {
  readonly port: ServedPort;
  readonly bucket: TokenBucket;
  readonly open: Map<string, Open>;
}

/** The claims of this host's ports that are under way. `stepClaim` decides; this keeps time, and has done what it says. */
export class Claims {
  readonly #options: ClaimsOptions;
  readonly #claimants = new Map<Uuid, Claimant>();

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  /** How many claims are neither granted nor refused yet. */
  get pending(): number {
    const all = [...this.#claimants.values()].flatMap(({ open }) => [...open.values()]);
    return all.filter(({ claim }) => claim.phase !== 'refused').length;
  }

  /** The port as it is from now on: what it has is claimed no more. */
  serve(port: ServedPort): void {
    const known = this.#claimants.get(port.intent.portId);
    const bucket = known?.bucket ?? new TokenBucket(allowance, this.#options.clock.now());
    this.#claimants.set(port.intent.portId, { port, bucket, open: known?.open ?? new Map() });
    this.granted(port.intent.portId, port.intent.boundAddresses);
  }

  release(portId: Uuid): void {
    for (const { timer } of this.#claimants.get(portId)?.open.values() ?? []) timer?.cancel();
    this.#claimants.delete(portId);
  }

  stop(): void {
    for (const portId of [...this.#claimants.keys()]) this.release(portId);
  }

  /** The guest has asked for the address, or used it, and its port has it not. */
  claim(portId: Uuid, address: Address, isDetected: boolean): void {
    const claimant = this.#claimants.get(portId);
    if (!claimant) return;
    const isKnown = claimant.open.has(formatAddress(address));
    if (isKnown || claimant.bucket.take(this.#options.clock.now())) {
      this.#step(claimant, { port: claimant.port, address }, { kind: 'claimed', isDetected });
    } else if (isDetected) this.#options.count(portId, 'flood');
  }

  /** The port has these addresses. */
  granted(portId: Uuid, addresses: readonly Address[]): void {
    const open = this.#claimants.get(portId)?.open;
    for (const address of open?.size ? addresses : []) {
      open?.get(formatAddress(address))?.timer?.cancel();
      open?.delete(formatAddress(address));
    }
  }

  refused(portId: Uuid, address: Address, reason: Refusal): void {
    const claimant = this.#claimants.get(portId);
    if (!claimant?.open.has(formatAddress(address))) return;
    this.#step(claimant, { port: claimant.port, address }, { kind: 'refused', reason });
  }

  /**
   * Whether the network has heard this port detect the address before somebody else does. One who has only asked a
   * controller, which may be slow, came perhaps later than the other.
   */
  isDetecting(portId: Uuid, address: Address): boolean {
    return this.#claimants.get(portId)?.open.get(formatAddress(address))?.claim.phase === 'listening';
  }

  /** How many claims of the port wait for room. */
  waitingForRoom(portId: Uuid): number {
    const open = [...(this.#claimants.get(portId)?.open.values() ?? [])];
    return open.filter(({ claim }) => claim.phase === 'making-room').length;
  }

  #step(claimant: Claimant, subject: Subject, event: ClaimEvent): void {
    const { clock, circumstances } = this.#options;
    const key = formatAddress(subject.address);
    const before = claimant.open.get(key);
    const { claim, effects, waitMilliseconds } = stepClaim(before?.claim, event, circumstances(subject));
    const isWaitingOn = waitMilliseconds === undefined && claim?.phase === before?.claim.phase;
    if (!isWaitingOn) before?.timer?.cancel();
    if (claim) {
      const next = waitMilliseconds === undefined ? undefined : milliseconds(waitMilliseconds);
      const timer = next && clock.after(next, () => this.#resume(subject, { kind: 'expired' }));
      claimant.open.set(key, { subject, claim, timer: isWaitingOn ? before?.timer : timer });
    } else claimant.open.delete(key);
    for (const effect of effects) this.#perform(effect, subject, claim);
  }

  /** Goes on with a claim after some time, in which its port may have changed, or gone. */
  #resume({ port, address }: Subject, event: ClaimEvent): void {
    const claimant = this.#claimants.get(port.intent.portId);
    const isOpen = claimant?.open.get(formatAddress(address));
    if (claimant && isOpen) this.#step(claimant, { port: claimant.port, address }, event);
  }

  #perform(effect: Effect, subject: Subject, claim: Claim | undefined): void {
    const { ask, listen, contest, search, admit, deny, count } = this.#options;
    switch (effect) {
      case 'ask':
        ask(subject);
        break;
      case 'listen':
        void listen(subject).then((outcome) => this.#resume(subject, { kind: 'listened', outcome }));
        break;
      case 'contest':
        contest(subject);
        break;
      case 'search':
        void search(subject.port).then((hasRoom) => this.#resume(subject, { kind: 'searched', hasRoom }));
        break;
      case 'admit':
        admit(subject);
        break;
      case 'deny':
        deny(subject);
        break;
      case 'count':
        if (claim?.reason) count(subject.port.intent.portId, claim.reason);
    }
  }
}

/** Whether an address is among some. */
export function isAmong(addresses: readonly Address[], address: Address): boolean {
  return addresses.some((other) => equalAddress(other, address));
}
