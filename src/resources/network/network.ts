import {
  attributeTypes,
  changeable,
  type Definition,
  declare,
  type EntityOf,
  fieldTypes,
  type InputOf,
  readOnly,
  type Table,
} from '../../kit/index.ts';
import { dnsDomain } from '../dns-name.ts';
import type { NetworkId, QosPolicyId } from '../ids.ts';
import { sharedToCaller } from '../rbac-policy/sharing.ts';
import { type NetworkType, segmentClaims, segmentTaken } from './segment.ts';

const { orAbsent } = attributeTypes;
const { boolean, integer, nullable, text, uuid, word } = fieldTypes;

/** Administrators alone see and say how a network's frames travel (neutron-lib api/definitions/provider_net.py). */
const providers = { default: undefined, visibleTo: 'admin', writableBy: 'admin' } as const;

const fields = {
  name: changeable(text(255), { default: '' }),
  adminStateUp: changeable(boolean, { default: true }),
  /** Visible to, and usable by, every project. */
  shared: changeable(boolean, { default: false, writableBy: 'admin', ...sharedToCaller }),
  status: readOnly(word('ACTIVE', 'DOWN', 'BUILD', 'ERROR')),
  /** Largest IP packet of a guest, in bytes. A request that does not say it gets the largest that the underlay carries. */
  mtuBytes: changeable(integer(0, 65_535), {
    name: 'mtu',
    column: 'mtu_bytes',
    given: orAbsent(attributeTypes.integer(0, 65_535)),
    default: undefined,
  }),
  /** The value for ports of this network whose request does not name one. */
  portSecurityEnabled: changeable(boolean, { default: true }),
  /** Ports have it that have no policy of their own, unless they serve the network. */
  qosPolicyId: changeable(nullable(uuid<QosPolicyId>('qos_policy')), { default: undefined, holds: true }),
  /** That of names of its ports (neutron-lib api/definitions/dns.py). Kept: no name server answers by it so far. */
  dnsDomain: changeable(dnsDomain, { default: '' }),
  networkType: changeable(word<NetworkType>('flat', 'geneve', 'gre', 'local', 'vlan', 'vxlan'), {
    ...providers,
    name: 'provider:network_type',
    column: 'network_type',
    given: orAbsent(attributeTypes.text(32)),
  }),
  /** What an agent's `bridge_mappings` call the network that a VLAN or a flat network is on. */
  physicalNetwork: changeable(nullable(text(64)), {
    ...providers,
    name: 'provider:physical_network',
    column: 'physical_network',
    given: orAbsent(attributeTypes.text(64)),
  }),
  segmentationId: changeable(nullable(integer(0)), {
    ...providers,
    name: 'provider:segmentation_id',
    column: 'provider_segmentation_id',
    given: orAbsent(attributeTypes.integer(0)),
  }),
  /**
   * OVN's key of the network's datapath, unique among the networks. A Geneve network's is its segmentation id: 1 to 65535, as
   * OVN's keys leave room for its own; those of other types are higher.
   */
  tunnelKey: readOnly(integer(1), { column: 'segmentation_id', isHidden: true }),
};

/** A layer-2 segment: one OVN logical switch (neutron-lib api/definitions/network.py). */
export type Network = EntityOf<typeof fields, NetworkId>;

/** A request about a network, as rules take it. */
export type NetworkInput = InputOf<typeof fields> & { readonly isExternal?: boolean };

const declared = declare<typeof fields, NetworkId>(
  { name: 'network', collection: 'networks', isCounted: true },
  fields,
);

/** How networks are stored. Each claims its segment, so that no two networks can have the same one. */
export const networkTable: Table<Network> = { ...declared.table, claims: segmentClaims, taken: segmentTaken };

/**
 * How networks look in the API, their subnets left out: the stored attributes, and that of external networks,
 * which do not exist yet.
 */
export const networkDefinition: Definition<Network, NetworkInput> = {
  ...declared.definition,
  attributes: [
    ...declared.definition.attributes,
    {
      // neutron-lib api/definitions/external_net.py
      name: 'router:external',
      access: 'create-and-update',
      field: 'isExternal',
      type: attributeTypes.boolean,
      default: { value: false },
      writableBy: 'admin',
      constant: false,
      filterValue: fieldTypes.booleanFilter,
      read: () => false,
    },
  ],
};
