import { refusal } from '../../kit/index.ts';

/* Names of exceptions and messages: neutron-lib exceptions/__init__.py */

/** Given when all Geneve identifiers are taken. */
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
