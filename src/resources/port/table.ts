import { formatAddress, formatPrefix, type Mac } from '../../ip/index.ts';
import {
  addressClaimValue,
  addressOfClaimValue,
  type Claim,
  flag,
  fromFlag,
  jsonList,
  jsonObject,
  jsonText,
  type Predicate,
  standardColumns,
  standardFromRow,
  standardToRow,
  storedAddress,
  storedPrefix,
  type Table,
  text,
} from '../../kit/index.ts';
import type { NetworkId, PortId, SecurityGroupId, SubnetId } from '../ids.ts';
import type { Port, VnicType } from './port.ts';
import { addressInUse, macInUse } from './refusals.ts';

/** Scope of the claims on a subnet's addresses. */
export function addressScope(subnetId: SubnetId): string {
  return `subnet:${subnetId}`;
}

/** Scope of the claims on a network's MAC addresses. */
export function macScope(networkId: NetworkId): string {
  return `mac:${networkId}`;
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

export const portTable: Table<Port> = {
  name: 'ports',
  columns: {
    ...standardColumns,
    network_id: { kind: 'text' },
    name: { kind: 'text' },
    mac_address: { kind: 'text' },
    admin_state_up: { kind: 'integer' },
    status: { kind: 'text' },
    device_id: { kind: 'text' },
    device_owner: { kind: 'text' },
    fixed_ips: { kind: 'text' },
    allowed_address_pairs: { kind: 'text' },
    port_security_enabled: { kind: 'integer' },
    binding_host_id: { kind: 'text' },
    binding_vnic_type: { kind: 'text' },
    binding_profile: { kind: 'text' },
    ip_allocation: { kind: 'text' },
    security_groups: { kind: 'text' },
  },
  toRow: (port) => ({
    ...standardToRow(port),
    network_id: port.networkId,
    name: port.name,
    mac_address: port.macAddress,
    admin_state_up: fromFlag(port.adminStateUp),
    status: port.status,
    device_id: port.deviceId,
    device_owner: port.deviceOwner,
    fixed_ips: jsonText(port.fixedIps.map(({ subnetId, ipAddress }) => [subnetId, formatAddress(ipAddress)])),
    allowed_address_pairs: jsonText(
      port.allowedAddressPairs.map(({ ipAddress, macAddress }) => [formatPrefix(ipAddress), macAddress]),
    ),
    port_security_enabled: fromFlag(port.portSecurityEnabled),
    binding_host_id: port.binding.hostId,
    binding_vnic_type: port.binding.vnicType,
    binding_profile: jsonText(port.binding.profile),
    ip_allocation: port.ipAllocation,
    security_groups: jsonText(port.securityGroupIds),
  }),
  fromRow: (row) => ({
    ...standardFromRow(row),
    id: text(row, 'id') as PortId,
    networkId: text(row, 'network_id') as NetworkId,
    name: text(row, 'name'),
    macAddress: text(row, 'mac_address') as Mac,
    adminStateUp: flag(row, 'admin_state_up'),
    status: text(row, 'status') as Port['status'],
    deviceId: text(row, 'device_id'),
    deviceOwner: text(row, 'device_owner'),
    fixedIps: jsonList<[SubnetId, string]>(row, 'fixed_ips').map(([subnetId, ipAddress]) => ({
      subnetId,
      ipAddress: storedAddress(ipAddress),
    })),
    allowedAddressPairs: jsonList<[string, Mac]>(row, 'allowed_address_pairs').map(([ipAddress, macAddress]) => ({
      ipAddress: storedPrefix(ipAddress),
      macAddress,
    })),
    portSecurityEnabled: flag(row, 'port_security_enabled'),
    binding: {
      hostId: text(row, 'binding_host_id'),
      vnicType: text(row, 'binding_vnic_type') as VnicType,
      profile: jsonObject(row, 'binding_profile'),
    },
    ipAllocation: text(row, 'ip_allocation') as Port['ipAllocation'],
    securityGroupIds: jsonList<SecurityGroupId>(row, 'security_groups'),
  }),
  claims: (port): readonly Claim[] => [
    { scope: macScope(port.networkId), value: port.macAddress },
    ...port.fixedIps.map(({ subnetId, ipAddress }) => ({
      scope: addressScope(subnetId),
      value: addressClaimValue(ipAddress),
    })),
    ...port.securityGroupIds.map((id) => ({ scope: membersScope(id), value: port.id })),
  ],
  taken: ({ scope, value }) => {
    const [kind, id = ''] = scope.split(':', 2);
    if (kind === 'mac') return macInUse({ networkId: id, macAddress: value });
    if (kind !== 'subnet') return undefined;
    return addressInUse({ subnetId: id, ipAddress: formatAddress(addressOfClaimValue(value)) });
  },
};
