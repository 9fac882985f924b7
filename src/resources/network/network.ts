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
import type { NetworkId, QosPolicyId } from '../ids.ts';
import { sharedToCaller } from '../rbac-policy/sharing.ts';

const { orAbsent } = attributeTypes;
const { boolean, integer, nullable, text, uuid, word } = fieldTypes;

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
  networkType: readOnly(word('geneve'), {
    name: 'provider:network_type',
    column: 'network_type',
    visibleTo: 'admin',
  }),
  /** Geneve's virtual network identifier, unique among the networks: 1 to 65535, as OVN's datapath keys leave room for its own. */
  segmentationId: readOnly(integer(1, 65_535), {
    name: 'provider:segmentation_id',
    column: 'segmentation_id',
    visibleTo: 'admin',
  }),
};

/** A layer-2 segment: one OVN logical switch (neutron-lib api/definitions/network.py). */
export type Network = EntityOf<typeof fields, NetworkId>;

/** A request about a network, as rules take it. */
export type NetworkInput = InputOf<typeof fields> & { readonly isExternal?: boolean };

/** Scope of the claims on Geneve network identifiers. */
export const segmentScope = 'geneve';

/** A Geneve identifier as claims hold it: eight digits, so that their order as text is that of the numbers. */
export function segmentClaimValue(segmentationId: number): string {
  return String(segmentationId).padStart(8, '0');
}

const declared = declare<typeof fields, NetworkId>(
  { name: 'network', collection: 'networks', isCounted: true },
  fields,
);

/** How networks are stored. Each claims its Geneve identifier, so that no two networks can have the same one. */
export const networkTable: Table<Network> = {
  ...declared.table,
  claims: (network) => [{ scope: segmentScope, value: segmentClaimValue(network.segmentationId) }],
};

/**
 * How networks look in the API, their subnets left out: the stored attributes, and those of provider and external networks,
 * which do not exist yet.
 */
export const networkDefinition: Definition<Network, NetworkInput> = {
  ...declared.definition,
  attributes: [
    ...declared.definition.attributes,
    {
      name: 'provider:physical_network',
      access: 'read-only',
      schema: { type: 'null' },
      visibleTo: 'admin',
      constant: null,
      read: () => null,
    },
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
