import { isClaimable, isReserved, ownAddresses, type PortIntent } from '../../firsthop/index.ts';
import { type Address, equalAddress, prefixFamily } from '../../ip/index.ts';
import type { ServedPort } from '../plan.ts';
import type { Refusal } from './claim.ts';
import { isAmong } from './claims.ts';

/** Who wants an address, and what this host knows. */
export interface HostRefusalInput {
  readonly intent: PortIntent;
  readonly address: Address;
  readonly isOnline: boolean;
  /** All ports of this host. */
  readonly neighbours: Iterable<ServedPort>;
}

/**
 * Why a port can't have an address, as far as its host knows by itself: so that a guest hears at once, and without a
 * controller, of what is declared. Addresses that neighbours have been granted are not judged here, as they may be given up.
 */
export function hostRefusal({ intent, address, isOnline, neighbours }: HostRefusalInput): Refusal | undefined {
  if (isReserved(intent, address)) return 'reserved';
  const others = [...neighbours].map((port) => port.intent).filter((other) => isNeighbour(other, intent));
  if (others.some((other) => isDeclared(other, address))) return 'taken';
  // Somebody may have it by DHCPv6: the controller knows.
  return isOnline || isClaimable(intent, address) ? undefined : 'off-link';
}

function isNeighbour(other: PortIntent, { networkId, portId }: PortIntent): boolean {
  return other.networkId === networkId && other.portId !== portId;
}

function isDeclared(intent: PortIntent, address: Address): boolean {
  const declared = ownAddresses({ ...intent, boundAddresses: [] });
  const pairs = intent.allowedAddressPairs.map(({ prefix }) => prefix);
  const single = pairs.filter((prefix) => prefixFamily(prefix) === 6 && prefix.length === 128);
  return isAmong(declared, address) || single.some((prefix) => equalAddress(prefix.address, address));
}
