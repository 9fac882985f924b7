import { formatAddress } from '../../ip/index.ts';
import type { Port } from '../../resources/index.ts';
import { filteredPortsUuid } from '../kinds/filtered-ports.ts';
import { isFiltered, type PortFacts, portKind } from '../kinds/port.ts';
import { logicalRouterPortName, logicalSwitchName, parentInName } from '../names.ts';
import {
  type Columns,
  type DesiredRow,
  labels,
  madeFrom,
  oneOf,
  ownsExternalId,
  type Translation,
} from '../translation.ts';

/**
 * ovn-nb(5) Logical_Switch_Port: one for each port. `port_security` stays empty, and no DHCP options are referenced:
 * the first hop does both, and OVN's port security would drop learned addresses.
 */
export const logicalSwitchPort: Translation<'Logical_Switch_Port'> = {
  table: 'Logical_Switch_Port',
  ownsKey: { options: oneOf('router-port', 'requested-chassis', 'qos_min_rate'), external_ids: ownsExternalId },
  sources: [madeFrom(portKind, (facts) => [rowOf(facts)])],
  membersIn: { table: 'Port_Group', column: 'ports' },
  parentsOf: ({ external_ids }) => parentInName('Logical_Switch', 'ports', external_ids['neutron:network_name']),
};

function rowOf(facts: PortFacts): DesiredRow<'Logical_Switch_Port'> {
  const { port, network, attachment, place } = facts;
  const { id, networkId, revision } = port;
  return {
    uuid: id,
    revision,
    columns: {
      name: id,
      // A port that was made for a router and isn't attached yet has no router port to refer to.
      ...(attachment ? routerPeer(port) : guestPeer(facts)),
      port_security: [],
      // ovn-nb(5): the parent's packets with this tag are the sub-port's.
      parent_name: place?.parentId,
      tag_request: place?.segmentationId,
      enabled: port.adminStateUp && network?.adminStateUp !== false,
      external_ids: {
        ...labels({ kind: 'port', id }, revision),
        'neutron:network_name': logicalSwitchName(networkId),
        'neutron:port_name': port.name,
        'neutron:device_id': port.deviceId,
        'neutron:device_owner': port.deviceOwner,
        'neutron:project_id': port.projectId,
      },
    },
    memberOf: isFiltered(port) ? [filteredPortsUuid, ...port.securityGroupIds] : [],
  };
}

type Peer = Pick<Columns<'Logical_Switch_Port'>, 'type' | 'addresses' | 'options'>;

/** ovn-nb(5) Logical_Switch_Port.addresses: `router` takes MAC and addresses from the router port. */
function routerPeer(port: Port): Peer {
  return { type: 'router', addresses: ['router'], options: { 'router-port': logicalRouterPortName(port.id) } };
}

function guestPeer(facts: PortFacts): Peer {
  const { port, qos } = facts;
  const { hostId } = port;
  const minimum = qos?.minimums.find(({ direction }) => direction === 'egress')?.minKbps;
  const options = {
    ...(hostId && { 'requested-chassis': hostId }),
    // Bits per second (ovn-nb(5)); for packets that come to a port OVN has no minimum.
    ...(minimum && { qos_min_rate: String(minimum * 1_000) }),
  };
  return { type: '', addresses: addressesOf(facts), options };
}

/**
 * The MAC with the fixed and the bound addresses, for which OVN answers ND and ARP, and which its routers know without asking,
 * so that no packet changes what they know: but not where other ports use them, as those would never be asked. `unknown` stands for MACs behind the port which OVN learns from the frames that it sends (SB FDB): any without port
 * security, those of the allowed address pairs with it. Of two ports that named one MAC here, OVN would deliver to one for
 * ever; a virtual router's MAC moves with the master (ADR 0025).
 */
function addressesOf({ port, lent, boundAddresses }: PortFacts): readonly string[] {
  const { macAddress, fixedIps, allowedAddressPairs, portSecurityEnabled } = port;
  const addresses = [...fixedIps.map(({ ipAddress }) => ipAddress), ...boundAddresses];
  const answered = addresses.map(formatAddress).filter((text) => !lent.has(text));
  const own = [macAddress, ...answered].join(' ');
  const hasOthers = allowedAddressPairs.some((pair) => pair.macAddress !== macAddress);
  return [own, ...(hasOthers || !portSecurityEnabled ? ['unknown'] : [])];
}
