import { type Clock, isUuid, type Milliseconds, type Uuid } from '../../base/index.ts';
import type { AddressesOfPort, AgentMessage, ClaimRefusal } from '../../feed/index.ts';
import {
  announcementFrame,
  contestFrame,
  denialFrame,
  type Notice,
  type OwnIntent,
  ownAddresses,
  type PortIntent,
} from '../../firsthop/index.ts';
import { type Address, formatAddress, parseAddress } from '../../ip/index.ts';
import type { FlowSync } from '../../openflow/index.ts';
import type { PortObservation } from '../first-hop.ts';
import type { ServedPort } from '../plan.ts';
import type { Admissions } from './admissions.ts';
import type { Circumstances, Refusal } from './claim.ts';
import { ClaimMessages } from './claim-messages.ts';
import { Claims, isAmong, type Subject } from './claims.ts';
import { Detections } from './detections.ts';
import { hostRefusal } from './host-refusal.ts';
import { Probes } from './probes.ts';
import { Usage } from './usage.ts';
import { Vacancies } from './vacancies.ts';

/** The switch, the controller and the intents, as far as they are about whose an address is. */
export interface OwnershipOptions {
  readonly clock: Clock;
  /** `unix:/path/br.mgmt` */
  readonly target: string;
  readonly flows: Pick<FlowSync, 'set' | 'flush'>;
  readonly admissions: Admissions;
  /** Whether addresses are admitted while no controller answers. */
  readonly admitsAlone: boolean;
  /** Whether a controller answers, and knows the ports of this host. */
  readonly isOnline: () => boolean;
  /** The ports whose flows are in place. */
  readonly served: () => ReadonlyMap<Uuid, ServedPort>;
  /** What a port should be by now, its flows apart. */
  readonly findIntent: (portId: Uuid) => PortIntent | undefined;
  readonly send: (message: AgentMessage) => void;
  /** Out of one OpenFlow port, past all flows. */
  readonly packetOut: (openFlowPort: number, frame: Uint8Array) => void;
  readonly count: (portId: Uuid, reason: Refusal | 'flood') => void;
  /** What a port should be has changed. */
  readonly changed: () => void;
}

/**
 * Whose an address is, seen from a host: guests' packets ask, the controller decides, and this host answers the guest and
 * keeps to it. Without a controller it decides for the time being, by asking the network as guests themselves would.
 */
export class Ownership {
  readonly #options: OwnershipOptions;
  readonly #messages: ClaimMessages;
  readonly #detections: Detections;
  readonly #claims: Claims;
  readonly #probes: Probes;
  readonly #usage = new Usage();
  readonly #vacancies: Vacancies;
  /** Of each port, as its flows have them. */
  readonly #addresses = new Map<Uuid, readonly Address[]>();

  constructor(options: OwnershipOptions) {
    this.#options = options;
    const { clock, packetOut } = options;
    this.#messages = new ClaimMessages(options);
    const sendToNetwork = ({ port }: Subject, frame: Uint8Array) => packetOut(port.patchPort, frame);
    this.#detections = new Detections({ ...options, sendToNetwork });
    this.#probes = new Probes({ clock, sendToGuest: ({ guestPort }, frame) => packetOut(guestPort, frame) });
    this.#claims = this.#makeClaims();
    this.#vacancies = new Vacancies({
      clock,
      probes: this.#probes,
      since: (portId, address) => this.#usage.since(portId, address),
      lastUsed: (portId, address) => this.#usage.lastUsed(portId, address),
      release: ({ intent }, address) => this.#giveUp(intent.portId, address),
      defend: (port, address) => this.#announce(port, address),
      waiting: (portId) => this.#claims.waitingForRoom(portId),
    });
  }

  /** Claims that are neither granted nor refused yet. */
  get pending(): number {
    return this.#claims.pending;
  }

  /** The port's flows are in place. */
  serve(port: ServedPort): void {
    this.#claims.serve(port);
    this.#usage.serve(port, this.#options.clock.now());
    this.#vacancies.keepRoom(port);
    const before = this.#addresses.get(port.intent.portId);
    const now = port.intent.portSecurityEnabled && port.intent.adminStateUp ? ownAddresses(port.intent) : [];
    this.#addresses.set(port.intent.portId, now);
    // Whoever had the address before may be in its neighbours' caches.
    for (const address of before ? now : []) if (!isAmong(before ?? [], address)) this.#announce(port, address);
  }

  release(portId: Uuid): void {
    this.#claims.release(portId);
    this.#addresses.delete(portId);
    this.#usage.release(portId);
  }

  /** The switch may have restarted. */
  invalidate(): void {
    this.#detections.invalidate();
  }

  stop(): void {
    this.#claims.stop();
    this.#messages.stop();
  }

  /** What a packet from or to the port's guest tells. */
  notice(port: ServedPort, { kind, address }: Notice): void {
    const { portId } = port.intent;
    switch (kind) {
      case 'detection':
      case 'data':
        this.#claim(portId, address, kind === 'detection');
        break;
      case 'contest':
        void this.#vacancies.contest(port, address);
        break;
      case 'rival':
        if (isAmong(ownAddresses(port.intent), address) || this.#claims.isDetecting(portId, address)) {
          this.#announce(port, address);
        }
        break;
      case 'presence':
        this.#probes.hear(portId, address);
        this.#usage.hear(portId, address, this.#options.clock.now());
    }
  }

  /** The controller says what a port has. */
  told(intent: OwnIntent): void {
    this.#options.admissions.settle(intent);
    this.#claims.granted(intent.portId, intent.boundAddresses);
  }

  refused({ portId, address: text, reason }: ClaimRefusal): void {
    const { admissions, changed } = this.#options;
    const address = parseAddress(text);
    if (!address || !isUuid(portId)) return;
    this.#claims.refused(portId, address, reason);
    if (!admissions.dismiss(portId, address)) return;
    changed();
    if (reason === 'full') this.#claim(portId, address, false); // nobody else has it: there may be room to find
  }

  /** Tells the controller again what it has not answered yet: when it is back, and from time to time. */
  settle(): void {
    const { admissions, isOnline } = this.#options;
    if (!isOnline()) return;
    for (const [portId, all] of admissions.givenUp) for (const one of all) this.#messages.release(portId, one);
    for (const [portId, all] of admissions.admitted) for (const one of all) this.#messages.claim(portId, one, true);
  }

  /** Takes readings of the switch in. Answers which addresses the controller should hear are in use. */
  observe(ports: readonly PortObservation[], now: Milliseconds): readonly AddressesOfPort[] {
    for (const { port } of ports) void this.#probeIdle(port, now);
    return ports.flatMap((reading) => this.#usage.observe(reading, now) ?? []);
  }

  /** A guest has come to this host with addresses: its neighbours, and switches between, hear where it is now (RFC 9131). */
  announce(port: ServedPort): void {
    const { boundAddresses, portSecurityEnabled, adminStateUp } = port.intent;
    if (boundAddresses.length === 0 || !portSecurityEnabled || !adminStateUp) return;
    for (const address of ownAddresses(port.intent)) this.#announce(port, address);
  }

  #makeClaims(): Claims {
    const { clock, admissions, packetOut, count, changed } = this.#options;
    return new Claims({
      clock,
      count,
      circumstances: (subject) => this.#circumstances(subject),
      ask: ({ port, address }) => {
        admissions.reclaim(port.intent.portId, address);
        this.#messages.claim(port.intent.portId, address);
      },
      listen: (subject) => this.#detections.listen(subject),
      contest: ({ port, address }) => packetOut(port.patchPort, contestFrame(address, port.intent.mac)),
      search: (port) => this.#vacancies.search(port),
      deny: ({ port, address }) => packetOut(port.guestPort, denialFrame(address)),
      admit: ({ port, address }) => {
        admissions.admit(port.intent.portId, address);
        changed();
      },
    });
  }

  #circumstances({ port, address }: Subject): Circumstances {
    const { isOnline, admitsAlone, served, findIntent } = this.#options;
    const intent = findIntent(port.intent.portId) ?? port.intent;
    const online = isOnline();
    const refusal = hostRefusal({ intent, address, isOnline: online, neighbours: served().values() });
    return {
      isOnline: online,
      admitsAlone,
      hasOpenPorts: intent.openPorts,
      hasRoom: intent.boundAddresses.length < intent.learnedAddressQuota,
      ...(refusal && { refusal }),
    };
  }

  #claim(portId: Uuid, address: Address, isDetected: boolean): void {
    const intent = this.#options.findIntent(portId);
    // It may have been granted while the packet was under way.
    if (intent && !isAmong(ownAddresses(intent), address)) this.#claims.claim(portId, address, isDetected);
  }

  #giveUp(portId: Uuid, address: Address): void {
    const { admissions, changed } = this.#options;
    admissions.giveUp(portId, address);
    this.#messages.release(portId, address);
    changed();
  }

  async #probeIdle(port: ServedPort, now: Milliseconds): Promise<void> {
    const { portId } = port.intent;
    const due = this.#usage.due(port, now);
    if (due.length === 0) return;
    const answers = await this.#probes.ask(port, due);
    for (const address of due) {
      const isAnswered = (answers.get(formatAddress(address)) ?? 0) > 0;
      if (this.#usage.conclude(portId, address, isAnswered, now)) this.#giveUp(portId, address);
    }
  }

  #announce({ patchPort, intent }: ServedPort, address: Address): void {
    if (address.family === 6) this.#options.packetOut(patchPort, announcementFrame(address, intent.mac));
  }
}
