import { type Address, isLinkLocal } from '../../ip/index.ts';
import type { Key } from '../../kit/index.ts';
import type { PortId, SecurityGroupId } from '../ids.ts';

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
