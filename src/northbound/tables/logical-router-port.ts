import { formatAddress } from '../../ip/index.ts';
import type { FixedIp } from '../../resources/index.ts';
import { type Attachment, type PortFacts, portKind } from '../kinds/port.ts';
import { logicalRouterName, logicalRouterPortName, logicalSwitchName, parentInName } from '../names.ts';
import { type DesiredRow, labels, madeFrom, oneOf, ownsExternalId, type Translation } from '../translation.ts';

/**
 * ovn-nb(5) Logical_Router_Port: one for each router interface. `ipv6_ra_configs` stays empty: the first hop
 * advertises. OVN adds the link-local address, the EUI-64 of the MAC, by itself.
 */
export const logicalRouterPort: Translation<'Logical_Router_Port'> = {
  table: 'Logical_Router_Port',
  ownsKey: { options: oneOf('gateway_mtu'), ipv6_ra_configs: () => true, external_ids: ownsExternalId },
  sources: [madeFrom(portKind, rowOf)],
  parentsOf: ({ external_ids }) => parentInName('Logical_Router', 'ports', external_ids['neutron:router_name']),
};

function rowOf({ port, network, attachment }: PortFacts): readonly DesiredRow<'Logical_Router_Port'>[] {
  // The column must not be empty, and an interface without an address routes nothing.
  if (!attachment || attachment.fixedIps.length === 0) return [];
  const { id, networkId, revision } = port;
  return [
    {
      uuid: id,
      revision,
      columns: {
        name: logicalRouterPortName(id),
        mac: port.macAddress,
        networks: attachment.fixedIps.map((fixedIp) => networkOf(attachment, fixedIp)),
        enabled: port.adminStateUp,
        options: gatewayMtu(network?.mtuBytes ?? 0, attachment),
        ipv6_ra_configs: {},
        external_ids: {
          ...labels({ kind: 'port', id }, revision),
          'neutron:network_name': logicalSwitchName(networkId),
          'neutron:router_name': logicalRouterName(attachment.routerId),
          'neutron:subnet_ids': attachment.fixedIps.map(({ subnetId }) => subnetId).join(' '),
        },
      },
    },
  ];
}

function networkOf({ subnets }: Attachment, { subnetId, ipAddress }: FixedIp): string {
  const subnet = subnets.get(subnetId);
  if (!subnet) throw new Error(`subnet ${subnetId} of a router interface is not in the snapshot`);
  return `${formatAddress(ipAddress)}/${subnet.cidr.length}`;
}

/**
 * ovn-nb(5) Logical_Router_Port.options:gateway_mtu makes the router answer Packet Too Big (RFC 8201) for what does not
 * fit on the way out by this port. Set only where a larger packet can come in by another port: the check costs each
 * packet a `check_pkt_len` action.
 */
function gatewayMtu(mtuBytes: number, { widestMtuBytes }: Attachment): Record<string, string> {
  return widestMtuBytes > mtuBytes ? { gateway_mtu: String(mtuBytes) } : {};
}
