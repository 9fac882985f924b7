import { refusal } from '../../kit/index.ts';

/* Names of exceptions and messages: neutron-lib exceptions/__init__.py, exceptions/allowedaddresspairs.py, neutron ipam/exceptions.py */

export const addressExhausted = refusal<{ readonly networkId: string }>('address-exhausted', {
  status: 409,
  type: 'IpAddressGenerationFailure',
  message: ({ networkId }) => `No more IP addresses available on network ${networkId}.`,
});

export const noMatchingSubnet = refusal<{ readonly networkId: string; readonly deviceOwner: string }>(
  'no-matching-subnet',
  {
    status: 409,
    type: 'IpAddressGenerationFailureNoMatchingSubnet',
    message: ({ networkId, deviceOwner }) =>
      `No valid service subnet for the given device owner, network ${networkId}, service type ${deviceOwner}.`,
  },
);

export const addressInUse = refusal<{ readonly subnetId: string; readonly ipAddress: string }>('address-in-use', {
  status: 409,
  type: 'IpAddressAlreadyAllocated',
  message: ({ subnetId, ipAddress }) => `IP address ${ipAddress} already allocated in subnet ${subnetId}`,
});

export const macInUse = refusal<{ readonly networkId: string; readonly macAddress: string }>('mac-in-use', {
  status: 409,
  type: 'MacAddressInUse',
  message: ({ networkId, macAddress }) =>
    `Unable to complete operation for network ${networkId}. The mac address ${macAddress} is in use.`,
});

/** Every MAC that may be generated is in use. */
export const macExhausted = refusal<{ readonly networkId: string }>('mac-exhausted', {
  status: 503,
  type: 'MacAddressGenerationFailure',
  message: ({ networkId }) => `Unable to generate unique mac on network ${networkId}.`,
});

export const addressOutsideSubnet = refusal<{ readonly ipAddress: string }>('address-outside-subnet', {
  status: 400,
  type: 'InvalidIpForSubnet',
  message: ({ ipAddress }) => `IP address ${ipAddress} is not a valid IP for the specified subnet.`,
});

export const addressOutsideNetwork = refusal<{ readonly ipAddress: string }>('address-outside-network', {
  status: 400,
  type: 'InvalidIpForNetwork',
  message: ({ ipAddress }) =>
    `IP address ${ipAddress} is not a valid IP for any of the subnets on the specified network.`,
});

export const autoAddressSubnet = refusal<{ readonly subnetId: string; readonly ipAddress: string }>(
  'auto-address-subnet',
  {
    status: 400,
    type: 'AllocationOnAutoAddressSubnet',
    message: ({ subnetId, ipAddress }) =>
      `IPv6 address ${ipAddress} cannot be directly assigned to a port on subnet ${subnetId} as the subnet is configured for automatic addresses`,
  },
);

export const portBound = refusal<{ readonly portId: string }>('port-bound', {
  status: 409,
  type: 'PortBound',
  message: ({ portId }) => `Unable to complete operation on port ${portId}, port is already bound.`,
});

export const servicePort = refusal<{ readonly portId: string; readonly reason: string }>('service-port', {
  status: 409,
  type: 'ServicePortInUse',
  message: ({ portId, reason }) => `Port ${portId} cannot be deleted directly via the port API: ${reason}.`,
});

export const deviceNotOwned = refusal<{ readonly deviceId: string }>('device-not-owned', {
  status: 409,
  type: 'DeviceIDNotOwnedByTenant',
  message: ({ deviceId }) =>
    `The following device_id ${deviceId} is not owned by your tenant or matches another tenants router.`,
});

export const duplicateAddressPair = refusal<{ readonly macAddress: string; readonly ipAddress: string }>(
  'duplicate-address-pair',
  {
    status: 400,
    type: 'DuplicateAddressPairInRequest',
    message: ({ macAddress, ipAddress }) =>
      `Request contains duplicate address pair: mac_address ${macAddress} ip_address ${ipAddress}.`,
  },
);

export const addressPairWithoutPortSecurity = refusal('address-pair-without-port-security', {
  status: 409,
  type: 'AddressPairAndPortSecurityRequired',
  message: () => 'Port Security must be enabled in order to have allowed address pairs on a port.',
});

export const tooManyAddressPairs = refusal<{ readonly maximum: number }>('too-many-address-pairs', {
  status: 400,
  type: 'AllowedAddressPairExhausted',
  message: ({ maximum }) => `The number of allowed address pair exceeds the maximum ${maximum}.`,
});

/* neutron-lib exceptions/port_security.py, neutron extensions/securitygroup.py */

export const groupsWithoutPortSecurity = refusal('security-groups-without-port-security', {
  status: 400,
  type: 'PortSecurityAndIPRequiredForSecurityGroups',
  message: () => 'Port security must be enabled and port must have an IP address in order to use security groups.',
});

export const portHasGroups = refusal('port-has-security-groups', {
  status: 409,
  type: 'PortSecurityPortHasSecurityGroup',
  message: () =>
    'Port has security group associated. Cannot disable port security or IP address until security group is removed.',
});

export const mixedStatefulness = refusal('mixed-statefulness', {
  status: 409,
  type: 'SecurityGroupConflict',
  message: () =>
    'Error Cannot apply both stateful and stateless security groups on the same port at the same time while attempting the operation.',
});
