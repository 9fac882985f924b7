import { attributeTypes, type Json, type View } from '../kit/index.ts';
import { isRouterPort, type Port, portResource, type VnicType } from '../resources/index.ts';
import { attributesOf, type Extension } from './extension.ts';

const { anyObject, oneOf, orNull, text } = attributeTypes;

const vnicType = oneOf<VnicType>(
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

/** neutron-lib api/definitions/portbindings.py */
export const binding: Extension = {
  alias: 'binding',
  name: 'Port Binding',
  description: 'Expose port bindings of a virtual port to external application',
  updated: '2014-02-03T10:00:00-00:00',
  adds: [
    attributesOf(portResource, [
      {
        name: 'binding:host_id',
        access: 'create-and-update',
        field: 'hostId',
        // Null unbinds: Nova sends it when an instance is deleted that used an existing port.
        type: orNull(text(255), ''),
        default: { value: '' },
        writableBy: 'admin',
        visibleTo: 'admin',
        column: 'binding_host_id',
        read: (port) => port.binding.hostId,
      },
      {
        name: 'binding:vnic_type',
        access: 'create-and-update',
        field: 'vnicType',
        type: vnicType,
        default: { value: 'normal' },
        column: 'binding_vnic_type',
        read: (port) => port.binding.vnicType,
      },
      {
        name: 'binding:profile',
        access: 'create-and-update',
        field: 'profile',
        // neutron plugins/ml2/models.py BINDING_PROFILE_LEN
        type: anyObject(4095),
        default: { value: {} },
        writableBy: 'admin',
        visibleTo: 'admin',
        read: (port) => port.binding.profile as Json,
      },
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
    ]),
  ],
};

function isPlugged(port: Port): boolean {
  return port.binding.hostId !== '' && !isRouterPort(port);
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
