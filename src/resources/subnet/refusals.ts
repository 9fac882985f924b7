import { refusal } from '../../kit/index.ts';

/* Names of exceptions and messages: neutron-lib exceptions/__init__.py, neutron ipam/exceptions.py */

/** Given for a pool whose ends are not of the subnet's family, or whose start is above its end. */
export const invalidPool = refusal<{ readonly pool: string }>('invalid-pool', {
  status: 400,
  type: 'InvalidAllocationPool',
  message: ({ pool }) => `The allocation pool ${pool} is not valid.`,
});

/** Given for a pool that reaches beyond the addresses which hosts of the subnet can have. */
export const poolOutOfBounds = refusal<{ readonly pool: string; readonly cidr: string }>('pool-out-of-bounds', {
  status: 400,
  type: 'OutOfBoundsAllocationPool',
  message: ({ pool, cidr }) => `The allocation pool ${pool} spans beyond the subnet cidr ${cidr}.`,
});

/** Given when two pools of a subnet have an address in common. */
export const poolsOverlap = refusal<{ readonly pools: readonly string[]; readonly cidr: string }>('pools-overlap', {
  status: 409,
  type: 'OverlappingAllocationPools',
  message: ({ pools, cidr }) => `Found overlapping allocation pools: ${pools.join(', ')} for subnet ${cidr}.`,
});

/** Given when the gateway's address is in one of the pools that a client named. */
export const gatewayInPool = refusal<{ readonly gatewayIp: string; readonly pool: string }>('gateway-in-pool', {
  status: 409,
  type: 'GatewayConflictWithAllocationPools',
  message: ({ gatewayIp, pool }) => `Gateway ip ${gatewayIp} conflicts with allocation pool ${pool}.`,
});

/** Given when the gateway's address is to change while a router's interface has it. */
export const gatewayInUse = refusal<{ readonly gatewayIp: string; readonly portId: string }>('gateway-in-use', {
  status: 409,
  type: 'GatewayIpInUse',
  message: ({ gatewayIp, portId }) =>
    `Current gateway ip ${gatewayIp} already in use by port ${portId}. Unable to update.`,
});

/** Given when a subnet would have more resolvers than `ResourceSettings.maxDnsNameservers`. */
export const tooManyNameservers = refusal<{ readonly subnetId: string; readonly maximum: number }>(
  'too-many-nameservers',
  {
    status: 400,
    type: 'DNSNameServersExhausted',
    message: ({ subnetId, maximum }) =>
      `Unable to complete operation for ${subnetId}. The number of DNS nameservers exceeds the limit ${maximum}.`,
  },
);

/** Given when a subnet would have more host routes than `ResourceSettings.maxHostRoutes`. */
export const tooManyHostRoutes = refusal<{ readonly subnetId: string; readonly maximum: number }>(
  'too-many-host-routes',
  {
    status: 400,
    type: 'HostRoutesExhausted',
    message: ({ subnetId, maximum }) =>
      `Unable to complete operation for ${subnetId}. The number of host routes exceeds the limit ${maximum}.`,
  },
);

/** Given for a service type that begins as no device owner does. */
export const invalidServiceType = refusal<{ readonly serviceType: string }>('invalid-service-type', {
  status: 400,
  type: 'InvalidSubnetServiceType',
  message: ({ serviceType }) => `Subnet service type ${serviceType} does not correspond to a valid device owner.`,
});

/** Given for a service type that is no text. */
export const serviceTypeNoText = refusal<{ readonly serviceType: string }>('service-type-no-text', {
  status: 400,
  type: 'InvalidInputSubnetServiceType',
  message: ({ serviceType }) => `Subnet service type ${serviceType} is not a string.`,
});

/** Given for a prefix of a pool where hosts make their addresses, whose identifiers have 64 bits (RFC 4291 §2.5.1). */
export const addressesDoNotFit = refusal<{ readonly cidr: string }>('addresses-do-not-fit', {
  status: 400,
  type: 'InvalidIpForSubnet',
  message: ({ cidr }) => `Addresses that follow from a MAC do not belong to subnet ${cidr}, whose prefix is not a /64.`,
});
