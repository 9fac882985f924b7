import { ok, parseExactJson } from '../../../base/index.ts';
import {
  type Aspect,
  askedFor,
  attributeTypes,
  changeable,
  type FieldType,
  fieldTypes,
  type Json,
  jsonText,
  type View,
} from '../../../kit/index.ts';
import { isRouterPort } from '../owner.ts';

const { anyObject, orNull } = attributeTypes;
const { text, word } = fieldTypes;

/** The kinds of virtual NIC that `binding:vnic_type` may name (neutron-lib api/definitions/portbindings.py). */
export type VnicType =
  | 'normal'
  | 'direct'
  | 'macvtap'
  | 'baremetal'
  | 'direct-physical'
  | 'virtio-forwarder'
  | 'smart-nic'
  | 'vdpa'
  | 'accelerator-direct'
  | 'accelerator-direct-physical'
  | 'remote-managed';

const vnicType = word<VnicType>(
  'normal',
  'direct',
  'macvtap',
  'baremetal',
  'direct-physical',
  'virtio-forwarder',
  'smart-nic',
  'vdpa',
  'accelerator-direct',
  'accelerator-direct-physical',
  'remote-managed',
);

type Profile = Readonly<Record<string, unknown>>;

const noProfile: Profile = {};

const profile: FieldType<Profile> = {
  // neutron plugins/ml2/models.py BINDING_PROFILE_LEN
  ...anyObject(4095),
  show: (value) => value as Json,
  column: { kind: 'text' },
  toColumn: jsonText,
  fromColumn: (value) => (value === '{}' ? noProfile : (parseExactJson(String(value)) as Profile)),
};

const fields = {
  /** The host's name; empty while the port is not bound. */
  hostId: changeable(text(255), {
    name: 'binding:host_id',
    column: 'binding_host_id',
    // Null unbinds: Nova sends it when an instance is deleted that used an existing port.
    given: orNull(attributeTypes.text(255), ''),
    default: '',
    writableBy: 'admin',
    visibleTo: 'admin',
  }),
  vnicType: changeable(vnicType, { name: 'binding:vnic_type', column: 'binding_vnic_type', default: 'normal' }),
  profile: changeable(profile, {
    name: 'binding:profile',
    column: 'binding_profile',
    default: {},
    writableBy: 'admin',
    visibleTo: 'admin',
    isUnfiltered: true,
  }),
};

interface Draft {
  readonly deviceOwner: string;
}

/** Where and how a port is plugged (neutron-lib api/definitions/portbindings.py). */
export const binding: Aspect<typeof fields, Draft, object> = {
  extension: {
    alias: 'binding',
    name: 'Port Binding',
    description: 'Expose port bindings of a virtual port to external application',
    updated: '2014-02-03T10:00:00-00:00',
  },
  fields,
  shows: [
    {
      name: 'binding:vif_type',
      access: 'read-only',
      schema: { enum: ['unbound', 'ovs'] },
      visibleTo: 'admin',
      read: (port) => (isPlugged(port) ? 'ovs' : 'unbound'),
    },
    {
      name: 'binding:vif_details',
      access: 'read-only',
      schema: { type: 'object' },
      visibleTo: 'admin',
      read: (port, view) => (isPlugged(port) ? vifDetails(view) : {}),
    },
  ],
  decide: (asked) =>
    ok({
      hostId: askedFor(asked, 'hostId'),
      vnicType: askedFor(asked, 'vnicType'),
      profile: askedFor(asked, 'profile'),
    }),
};

function isPlugged(port: Draft & { readonly hostId: string }): boolean {
  return port.hostId !== '' && !isRouterPort(port);
}

/** Nova's os-vif plugs the interface into `bridge_name`: the first hop's bridge, not OVN's. */
function vifDetails({ settings }: View): Json {
  return {
    port_filter: true,
    connectivity: 'l2',
    bridge_name: settings.bridgeName,
    bound_drivers: { '0': 'sextant' },
  };
}
