import { refusal } from '../../kit/index.ts';

/* Names of exceptions and messages: neutron-lib exceptions/__init__.py */

/** Given when another network has the VLAN of the physical network. */
export const vlanIdInUse = refusal<{ readonly vlanId: number; readonly physicalNetwork: string }>('vlan-id-in-use', {
  status: 409,
  type: 'VlanIdInUse',
  message: ({ vlanId, physicalNetwork }) =>
    `Unable to create the network. The VLAN ${vlanId} on physical network ${physicalNetwork} is in use.`,
});

/** Given when another network has the identifier of the tunnel. */
export const tunnelIdInUse = refusal<{ readonly tunnelId: number }>('tunnel-id-in-use', {
  status: 409,
  type: 'TunnelIdInUse',
  message: ({ tunnelId }) => `Unable to create the network. The tunnel ID ${tunnelId} is in use.`,
});

/** Given when a physical network has a flat network already. */
export const flatNetworkInUse = refusal<{ readonly physicalNetwork: string }>('flat-network-in-use', {
  status: 409,
  type: 'FlatNetworkInUse',
  message: ({ physicalNetwork }) => `Unable to create the flat network. Physical network ${physicalNetwork} is in use.`,
});

/** Given when all identifiers of the network's type are taken. */
export const noNetworkAvailable = refusal('no-network-available', {
  status: 503,
  type: 'NoNetworkAvailable',
  message: () => 'Unable to create the network. No tenant network is available for allocation.',
});

/** Given when a network is to be external: there are none yet. */
export const noExternalNetworks = refusal('no-external-networks', {
  status: 400,
  type: 'InvalidInput',
  message: () => 'Invalid input for router:external. Reason: external networks are not available.',
});

/** Given when a network is to be shared no more while other projects still have ports or subnets on it. */
export const invalidSharedSetting = refusal<{ readonly networkId: string }>('invalid-shared-setting', {
  status: 409,
  type: 'InvalidSharedSetting',
  message: ({ networkId }) =>
    `Unable to reconfigure sharing settings for network ${networkId}. Multiple tenants are using it.`,
});

/** Given when a network would have a subnet whose IP version needs a larger MTU. Neutron after version 21 (exceptions/mtu.py). */
export const mtuTooSmall = refusal<{ readonly networkId: string; readonly least: number }>('mtu-too-small', {
  status: 409,
  type: 'NetworkMTUSubnetConflict',
  message: ({ networkId, least }) => `MTU of ${networkId} is not valid, subnet requires a minimum of ${least}`,
});
