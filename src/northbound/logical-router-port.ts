import { formatAddress } from '../ip/index.ts';
import { asRouterInterface, type FixedIp, type Port, type PortId, type RouterId } from '../resources/index.ts';
import { findIdInName, logicalRouterName, logicalRouterPortName, logicalSwitchName } from './names.ts';
import { type DesiredRow, labels, oneOf, ownsExternalId, type Translation } from './translation.ts';
import type { World } from './world.ts';

/**
 * ovn-nb(5) Logical_Router_Port: one for each router interface. `ipv6_ra_configs` stays empty: the first hop
 * advertises. OVN adds the link-local address, the EUI-64 of the MAC, by itself.
 */
export const logicalRouterPort: Translation<'Logical_Router_Port'> = {
  table: 'Logical_Router_Port',
  kind: 'port',
  parent: { table: 'Logical_Router', column: 'ports' },
  ownsKey: { options: oneOf('gateway_mtu'), ipv6_ra_configs: () => true, external_ids: ownsExternalId },
  rows: (world, id) => rowOf(world, id as PortId),
  parentOf: ({ external_ids }) => findIdInName(external_ids['neutron:router_name']),
};

function rowOf(world: World, id: PortId): readonly DesiredRow<'Logical_Router_Port'>[] {
  const port = world.ports.get(id);
  const attached = port && asRouterInterface(port);
  // The column must not be empty, and an interface without an address routes nothing.
  if (!attached || attached.fixedIps.length === 0) return [];
  const networks = attached.fixedIps.map((fixedIp) => networkOf(world, fixedIp));
  return [
    {
      uuid: id,
      parentUuid: attached.routerId,
      revision: port.revision,
      columns: {
        name: logicalRouterPortName(id),
        mac: port.macAddress,
        networks,
        enabled: port.adminStateUp,
        options: gatewayMtu(world, port, attached.routerId),
        ipv6_ra_configs: {},
        external_ids: {
          ...labels({ kind: 'port', id }, port.revision),
          'neutron:network_name': logicalSwitchName(port.networkId),
          'neutron:router_name': logicalRouterName(attached.routerId),
          'neutron:subnet_ids': attached.fixedIps.map(({ subnetId }) => subnetId).join(' '),
        },
      },
    },
  ];
}

function networkOf(world: World, { subnetId, ipAddress }: FixedIp): string {
  const subnet = world.subnets.get(subnetId);
  if (!subnet) throw new Error(`subnet ${subnetId} of a router interface is not in the snapshot`);
  return `${formatAddress(ipAddress)}/${subnet.cidr.length}`;
}

/**
 * ovn-nb(5) Logical_Router_Port.options:gateway_mtu makes the router answer Packet Too Big (RFC 8201) for what does not
 * fit on the way out by this port. Set only where a larger packet can come in by another port: the check costs each
 * packet a `check_pkt_len` action.
 */
function gatewayMtu(world: World, port: Port, routerId: RouterId): Record<string, string> {
  const mtu = mtuOf(world, port);
  const others = (world.interfaces.get(routerId) ?? []).map((other) => mtuOf(world, other));
  return others.some((other) => other > mtu) ? { gateway_mtu: String(mtu) } : {};
}

function mtuOf(world: World, { networkId }: Port): number {
  return world.networks.get(networkId)?.mtuBytes ?? 0;
}
