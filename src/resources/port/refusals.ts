import { refusal } from '../../kit/index.ts';

/* Names of exceptions and messages: neutron-lib exceptions/__init__.py, exceptions/allowedaddresspairs.py, neutron ipam/exceptions.py */

/** Given when a port needs an address and no subnet that could give it has a free one in its pools. */
export const addressExhausted = refusal<{ readonly networkId: string }>('address-exhausted', {
  status: 409,
  type: 'IpAddressGenerationFailure',
  message: ({ networkId }) => `No more IP addresses available on network ${networkId}.`,
});

/** Given when all subnets of the network are kept for other device owners by their service types. */
export const noMatchingSubnet = refusal<{ readonly networkId: string; readonly deviceOwner: string }>(
  'no-matching-subnet',
  {
    status: 409,
    type: 'IpAddressGenerationFailureNoMatchingSubnet',
    message: ({ networkId, deviceOwner }) =>
      `No valid service subnet for the given device owner, network ${networkId}, service type ${deviceOwner}.`,
  },
);

/** Given when another port has the address that is asked for. */
export const addressInUse = refusal<{ readonly subnetId: string; readonly ipAddress: string }>('address-in-use', {
  status: 409,
  type: 'IpAddressAlreadyAllocated',
  message: ({ subnetId, ipAddress }) => `IP address ${ipAddress} already allocated in subnet ${subnetId}`,
});

/** Given when another port of the same network has the MAC that is asked for. */
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

/** Given when an address is asked for that the named subnet does not contain or cannot give to a host. */
export const addressOutsideSubnet = refusal<{ readonly ipAddress: string }>('address-outside-subnet', {
  status: 400,
  type: 'InvalidIpForSubnet',
  message: ({ ipAddress }) => `IP address ${ipAddress} is not a valid IP for the specified subnet.`,
});

/** Given when an address is asked for, without naming a subnet, that no subnet of the network contains. */
export const addressOutsideNetwork = refusal<{ readonly ipAddress: string }>('address-outside-network', {
  status: 400,
  type: 'InvalidIpForNetwork',
  message: ({ ipAddress }) =>
    `IP address ${ipAddress} is not a valid IP for any of the subnets on the specified network.`,
});

/** Given when a certain address is asked for where guests form their own from their MAC (SLAAC). */
export const autoAddressSubnet = refusal<{ readonly subnetId: string; readonly ipAddress: string }>(
  'auto-address-subnet',
  {
    status: 400,
    type: 'AllocationOnAutoAddressSubnet',
    message: ({ subnetId, ipAddress }) =>
      `IPv6 address ${ipAddress} cannot be directly assigned to a port on subnet ${subnetId} as the subnet is configured for automatic addresses`,
  },
);

/** Given when the MAC of a port is to change while the port is bound to a host. */
export const portBound = refusal<{ readonly portId: string }>('port-bound', {
  status: 409,
  type: 'PortBound',
  message: ({ portId }) => `Unable to complete operation on port ${portId}, port is already bound.`,
});

/** Given when a client wants to delete a router's port or move it to another device: only the router's actions may. */
export const servicePort = refusal<{ readonly portId: string; readonly reason: string }>('service-port', {
  status: 409,
  type: 'ServicePortInUse',
  message: ({ portId, reason }) => `Port ${portId} cannot be deleted directly via the port API: ${reason}.`,
});

/** Given when a client makes a port a router's by its `device_owner`; `add_router_interface` is the way. */
export const deviceNotOwned = refusal<{ readonly deviceId: string }>('device-not-owned', {
  status: 409,
  type: 'DeviceIDNotOwnedByTenant',
  message: ({ deviceId }) =>
    `The following device_id ${deviceId} is not owned by your tenant or matches another tenants router.`,
});

/** Given when a request names the same allowed address pair twice. */
export const duplicateAddressPair = refusal<{ readonly macAddress: string; readonly ipAddress: string }>(
  'duplicate-address-pair',
  {
    status: 400,
    type: 'DuplicateAddressPairInRequest',
    message: ({ macAddress, ipAddress }) =>
      `Request contains duplicate address pair: mac_address ${macAddress} ip_address ${ipAddress}.`,
  },
);

/** Given when an allowed address pair names no address. */
export const addressPairWithoutAddress = refusal('address-pair-without-address', {
  status: 400,
  type: 'AllowedAddressPairsMissingIP',
  message: () => 'AllowedAddressPair must contain ip_address',
});

/** Given when a port has, or would have, allowed address pairs and no port security. */
export const addressPairWithoutPortSecurity = refusal('address-pair-without-port-security', {
  status: 409,
  type: 'AddressPairAndPortSecurityRequired',
  message: () => 'Port Security must be enabled in order to have allowed address pairs on a port.',
});

/** Given when a port has more allowed address pairs than `ResourceSettings` permits. */
export const tooManyAddressPairs = refusal<{ readonly maximum: number }>('too-many-address-pairs', {
  status: 400,
  type: 'AllowedAddressPairExhausted',
  message: ({ maximum }) => `The number of allowed address pair exceeds the maximum ${maximum}.`,
});

/* neutron-lib exceptions/port_security.py, neutron extensions/securitygroup.py */

/** Given when security groups are asked for on a port that has no port security. */
export const groupsWithoutPortSecurity = refusal('security-groups-without-port-security', {
  status: 400,
  type: 'PortSecurityAndIPRequiredForSecurityGroups',
  message: () => 'Port security must be enabled and port must have an IP address in order to use security groups.',
});

/**
 * Given when port security is to be switched off and the request does not take the security groups of the port away.
 */
export const portHasGroups = refusal('port-has-security-groups', {
  status: 409,
  type: 'PortSecurityPortHasSecurityGroup',
  message: () =>
    'Port has security group associated. Cannot disable port security or IP address until security group is removed.',
});

/** Given when a port's security groups are not all stateful or all stateless. */
export const mixedStatefulness = refusal('mixed-statefulness', {
  status: 409,
  type: 'SecurityGroupConflict',
  message: () =>
    'Error Cannot apply both stateful and stateless security groups on the same port at the same time while attempting the operation.',
});
