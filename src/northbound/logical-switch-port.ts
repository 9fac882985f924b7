import { formatAddress } from '../ip/index.ts';
import { asRouterInterface, type Port, type PortId } from '../resources/index.ts';
import { findIdInName, logicalRouterPortName, logicalSwitchName } from './names.ts';
import { type Columns, type DesiredRow, labels, oneOf, ownsExternalId, type Translation } from './translation.ts';
import type { World } from './world.ts';

/**
 * ovn-nb(5) Logical_Switch_Port: one for each port. `port_security` stays empty, and no DHCP options are referenced:
 * the first hop does both, and OVN's port security would drop learned addresses.
 */
export const logicalSwitchPort: Translation<'Logical_Switch_Port'> = {
  table: 'Logical_Switch_Port',
  kind: 'port',
  parent: { table: 'Logical_Switch', column: 'ports' },
  ownsKey: { options: oneOf('router-port', 'requested-chassis'), external_ids: ownsExternalId },
  rows: (world, id) => rowOf(world, id as PortId),
  parentOf: ({ external_ids }) => findIdInName(external_ids['neutron:network_name']),
};

function rowOf(world: World, id: PortId): readonly DesiredRow<'Logical_Switch_Port'>[] {
  const port = world.ports.get(id);
  if (!port) return [];
  // A port that was made for a router and isn't attached yet has no router port to refer to.
  const attachment = asRouterInterface(port) ? routerAttachment(port) : guestAttachment(port);
  return [
    {
      uuid: id,
      parentUuid: port.networkId,
      revision: port.revision,
      columns: {
        name: id,
        ...attachment,
        port_security: [],
        enabled: port.adminStateUp && world.networks.get(port.networkId)?.adminStateUp !== false,
        external_ids: {
          ...labels({ kind: 'port', id }, port.revision),
          'neutron:network_name': logicalSwitchName(port.networkId),
          'neutron:port_name': port.name,
          'neutron:device_id': port.deviceId,
          'neutron:device_owner': port.deviceOwner,
          'neutron:project_id': port.projectId,
        },
      },
    },
  ];
}

type Attachment = Pick<Columns<'Logical_Switch_Port'>, 'type' | 'addresses' | 'options'>;

/** ovn-nb(5) Logical_Switch_Port.addresses: `router` takes MAC and addresses from the router port. */
function routerAttachment(port: Port): Attachment {
  return { type: 'router', addresses: ['router'], options: { 'router-port': logicalRouterPortName(port.id) } };
}

function guestAttachment(port: Port): Attachment {
  const { hostId } = port.binding;
  return { type: '', addresses: addressesOf(port), options: hostId ? { 'requested-chassis': hostId } : {} };
}

/**
 * The MAC with the fixed addresses, for which OVN answers ND and ARP, then each further MAC of the allowed address
 * pairs, so that frames for it find the port. Without port security any MAC may be behind the port.
 */
function addressesOf({ macAddress, fixedIps, allowedAddressPairs, portSecurityEnabled }: Port): readonly string[] {
  const own = [macAddress, ...fixedIps.map(({ ipAddress }) => formatAddress(ipAddress))].join(' ');
  const others = new Set<string>(allowedAddressPairs.map((pair) => pair.macAddress));
  others.delete(macAddress);
  return [own, ...others, ...(portSecurityEnabled ? [] : ['unknown'])];
}
