import { isUuid, type Uuid } from '../base/index.ts';
import type { NetworkId, PortId, RouterId } from '../resources/index.ts';

const prefix = 'neutron-';

/** As ML2/OVN names them (neutron common/ovn/utils.py), so that tools built for it find their way. */
export function logicalSwitchName(networkId: NetworkId): string {
  return `${prefix}${networkId}`;
}

/** Networks and routers share the form; their ids never collide. */
export function logicalRouterName(routerId: RouterId): string {
  return `${prefix}${routerId}`;
}

export function logicalRouterPortName(portId: PortId): string {
  return `lrp-${portId}`;
}

/** The id in the name of a logical switch or router. */
export function findIdInName(name: string | undefined): Uuid | undefined {
  const id = name?.startsWith(prefix) ? name.slice(prefix.length) : '';
  return isUuid(id) ? id : undefined;
}
