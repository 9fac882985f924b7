import { type Address, isIpv6, isLinkLocal } from '../../ip/index.ts';
import type { DeclaredAddress, Key } from '../../kit/index.ts';
import type { NetworkId, PortId, SecurityGroupId } from '../ids.ts';
import { type AllowedAddressPair, singleAddresses } from './address-pair.ts';
import type { FixedIp } from './fixed-ip.ts';

/** The values of a port that its own addresses follow from. */
interface Addressed {
  readonly networkId: NetworkId;
  readonly fixedIps: readonly FixedIp[];
  readonly allowedAddressPairs: readonly AllowedAddressPair[];
}

/** Fixed addresses, and those that pairs name by themselves. */
export function declaredAddresses({ networkId, fixedIps, allowedAddressPairs }: Addressed): readonly DeclaredAddress[] {
  const all = [...fixedIps.map(({ ipAddress }) => ipAddress), ...singleAddresses(allowedAddressPairs)];
  return all.filter(isIpv6).map((address) => ({ networkId, address }));
}

/** A guest asks from its MAC, as long as its addresses are guarded. */
export function bindingAnchor(port: { readonly macAddress: string; readonly portSecurityEnabled: boolean }): string {
  return port.portSecurityEnabled ? port.macAddress : 'none';
}

/** An address that a port was granted, or that it has no more. */
interface ChangedAddress {
  readonly portId: PortId;
  readonly address: Address;
}

/** The keys that bindings which come or go make dirty: their ports', and the addresses of the ports' groups. */
export function bindingKeys(
  changed: readonly ChangedAddress[],
  groupsOf: (portId: PortId) => readonly SecurityGroupId[],
): readonly Key[] {
  const portIds = new Set(changed.map(({ portId }) => portId));
  // Rules of other groups admit members by addresses that mean them on every link.
  const readdressed = new Set(changed.filter(({ address }) => !isLinkLocal(address)).map(({ portId }) => portId));
  const groupIds = new Set([...readdressed].flatMap(groupsOf));
  return [
    ...[...portIds].map((id) => ({ kind: 'port', id })),
    ...[...groupIds].map((id) => ({ kind: 'security-group-addresses', id })),
  ];
}
