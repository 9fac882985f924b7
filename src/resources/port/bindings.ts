import { isIpv6 } from '../../ip/index.ts';
import type { DeclaredAddress, Key } from '../../kit/index.ts';
import type { NetworkId, PortId } from '../ids.ts';
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

/** The keys that bindings which come or go make dirty: their ports'. */
export function bindingKeys(changed: readonly { readonly portId: PortId }[]): readonly Key[] {
  return [...new Set(changed.map(({ portId }) => portId))].map((id) => ({ kind: 'port', id }));
}
