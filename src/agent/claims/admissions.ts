import type { Uuid } from '../../base/index.ts';
import { isClaimable, type OwnIntent, type PortIntent } from '../../firsthop/index.ts';
import { type Address, equalAddress } from '../../ip/index.ts';
import { isAmong } from './claims.ts';

/** Addresses by the port that has them. */
export type AddressesByPort = ReadonlyMap<Uuid, readonly Address[]>;

interface Applied {
  readonly admitted: readonly Address[] | undefined;
  readonly givenUp: readonly Address[] | undefined;
  readonly result: PortIntent;
}

/**
 * What this host has decided of its ports' addresses, and the controller does not know of yet: those that were admitted
 * while no controller answered, and those that were given up.
 */
export class Admissions {
  #admitted: Map<Uuid, readonly Address[]>;
  readonly #givenUp = new Map<Uuid, readonly Address[]>();
  readonly #applied = new WeakMap<PortIntent, Applied>();
  readonly #onChange: () => void;

  /** `onChange` hears when other addresses are admitted than before, which are to be kept on disk. */
  constructor(remembered: AddressesByPort, onChange: () => void) {
    this.#admitted = new Map(remembered);
    this.#onChange = onChange;
  }

  get admitted(): AddressesByPort {
    return this.#admitted;
  }

  get givenUp(): AddressesByPort {
    return this.#givenUp;
  }

  /**
   * The intent with the bound addresses that the port has by what this host has decided since, at most its quota. The same
   * object as long as neither changes.
   */
  apply(intent: PortIntent): PortIntent {
    const { portId } = intent;
    const [admitted, givenUp] = [this.#admitted.get(portId), this.#givenUp.get(portId)];
    if (!admitted && !givenUp) return intent;
    const known = this.#applied.get(intent);
    if (known?.admitted === admitted && known?.givenUp === givenUp && known) return known.result;
    const result = amend(intent, admitted ?? [], givenUp ?? []);
    this.#applied.set(intent, { admitted, givenUp, result });
    return result;
  }

  admit(portId: Uuid, address: Address): void {
    this.#remember(portId, [...without(this.#admitted.get(portId), address), address]);
    this.#set(this.#givenUp, portId, without(this.#givenUp.get(portId), address));
  }

  /** The controller has decided against it, or the guest has given it up. Whether this host had admitted it. */
  dismiss(portId: Uuid, address: Address): boolean {
    const known = this.#admitted.get(portId);
    if (!known || !isAmong(known, address)) return false;
    this.#remember(portId, without(known, address));
    return true;
  }

  giveUp(portId: Uuid, address: Address): void {
    this.dismiss(portId, address);
    this.#givenUp.set(portId, [...without(this.#givenUp.get(portId), address), address]);
  }

  /** The guest wants an address again that it had given up. */
  reclaim(portId: Uuid, address: Address): void {
    this.#set(this.#givenUp, portId, without(this.#givenUp.get(portId), address));
  }

  /** The controller has said what the port has: that much is decided. */
  settle({ portId, boundAddresses }: OwnIntent): void {
    const known = this.#admitted.get(portId);
    const open = known?.filter((address) => !isAmong(boundAddresses, address));
    if (open && open.length < (known?.length ?? 0)) this.#remember(portId, open);
    const givenUp = this.#givenUp.get(portId)?.filter((address) => isAmong(boundAddresses, address));
    if (givenUp) this.#set(this.#givenUp, portId, givenUp);
  }

  release(portId: Uuid): void {
    this.#givenUp.delete(portId);
    if (this.#admitted.delete(portId)) this.#onChange();
  }

  #remember(portId: Uuid, addresses: readonly Address[]): void {
    this.#set(this.#admitted, portId, addresses);
    this.#onChange();
  }

  #set(map: Map<Uuid, readonly Address[]>, portId: Uuid, addresses: readonly Address[]): void {
    if (addresses.length > 0) map.set(portId, addresses);
    else map.delete(portId);
  }
}

function amend(intent: PortIntent, admitted: readonly Address[], givenUp: readonly Address[]): PortIntent {
  const told = intent.boundAddresses.filter((address) => !isAmong(givenUp, address));
  const ours = admitted.filter((address) => isClaimable(intent, address) && !isAmong(told, address));
  const room = Math.max(0, intent.learnedAddressQuota - told.length);
  return { ...intent, boundAddresses: [...told, ...ours.slice(0, room)] };
}

function without(addresses: readonly Address[] | undefined, address: Address): readonly Address[] {
  return (addresses ?? []).filter((other) => !equalAddress(other, address));
}
