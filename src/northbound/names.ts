import { isUuid } from '../base/index.ts';
import type { Family } from '../ip/index.ts';
import type { AddressGroupId, NetworkId, PortId, RouterId, SecurityGroupId } from '../resources/index.ts';
import type { Holder } from './translation.ts';

const prefix = 'neutron-';

/** As ML2/OVN names them (neutron common/ovn/utils.py), so that tools built for it find their way. */
export function logicalSwitchName(networkId: NetworkId): string {
  return `${prefix}${networkId}`;
}

/** Networks and routers share the form; their ids never collide. */
export function logicalRouterName(routerId: RouterId): string {
  return `${prefix}${routerId}`;
}

/** The name of a security group's Port_Group. ovn-nb(5) allows no hyphens in it. */
export function portGroupName(id: SecurityGroupId): string {
  return `pg_${id.replaceAll('-', '_')}`;
}

/** ML2/OVN calls its own `neutron_pg_drop`: names are unique, and NB may be shared. */
export const filteredPortsName = 'sextant_pg_drop';

/** The addresses of one family that an object's name stands for in matches. */
export function addressSetName(id: SecurityGroupId | AddressGroupId, family: Family): string {
  return `as_${id.replaceAll('-', '_')}_v${family}`;
}

/** The name of the Logical_Router_Port of a router's interface. */
export function logicalRouterPortName(portId: PortId): string {
  return `lrp-${portId}`;
}

/** The column of the logical switch or router with this name in which a row hangs; none for a name that is not ours. */
export function parentInName(
  table: Holder['table'],
  column: Holder['column'],
  name: string | undefined,
): readonly Holder[] {
  const uuid = name?.startsWith(prefix) ? name.slice(prefix.length) : '';
  return isUuid(uuid) ? [{ table, column, uuid }] : [];
}
