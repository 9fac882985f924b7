import type { Address } from '../../ip/index.ts';
import { addressClaimValue, type Predicate } from '../../kit/index.ts';
import type { NetworkId, PortId, SecurityGroupId, SubnetId } from '../ids.ts';

const anySubnet = 'subnet:';

/** Scope of the claims on a subnet's addresses. */
export function addressScope(subnetId: SubnetId): string {
  return `${anySubnet}${subnetId}`;
}

/** The ports that have one of these addresses on any subnet, given as `addressClaimValue` says them. */
export function withAddress(values: readonly string[]): Predicate {
  return { kind: 'claims', scopePrefix: anySubnet, values };
}

/** Scope of the claims on a network's MAC addresses. */
export function macScope(networkId: NetworkId): string {
  return `mac:${networkId}`;
}

/**
 * Scope of the claims on MAC addresses that a network's ports have by address pairs besides their own. The values are those
 * of {@link pairedValue}, as several ports may have one: a virtual router's, which is with one of them at a time.
 */
export function pairedMacScope(networkId: NetworkId): string {
  return `paired-mac:${networkId}`;
}

/** A claim of one port among those that may share something. */
export function pairedValue(shared: string, id: PortId): string {
  return `${shared} ${id}`;
}

/**
 * Scope of the claims by which a group's ports are found. They go in with the port's other claims, by one statement into an
 * index that is there already: a table of links would cost each new port one statement more.
 */
export function membersScope(id: SecurityGroupId): string {
  return `members:${id}`;
}

/** The ports of one group. */
export function inSecurityGroup(id: SecurityGroupId): Predicate {
  return { kind: 'claims', scope: membersScope(id) };
}

/** Scope of the claims by which those of a group's ports are found that have address pairs: few of perhaps 100,000. */
export function pairsScope(id: SecurityGroupId): string {
  return `pairs:${id}`;
}

/** The ports of one group that have address pairs. */
export function withPairsInGroup(id: SecurityGroupId): Predicate {
  return { kind: 'claims', scope: pairsScope(id) };
}

/** Scope of the claims by which those of a network's ports are found that have a pair of this one address: it may be several. */
export function pairScope(networkId: NetworkId, address: Address): string {
  return `pair:${networkId}:${addressClaimValue(address)}`;
}

/** The ports of the network that have the address of such a scope for their own. */
export function withPairedAddress(scope: string): Predicate {
  const [, networkId = '', address = ''] = scope.split(':');
  return { kind: 'all', of: [{ kind: 'in', column: 'network_id', values: [networkId] }, withAddress([address])] };
}

/** Scope of the claims by which a network's guests are found whose ports have no port security. */
export function openScope(networkId: NetworkId): string {
  return `open:${networkId}`;
}
