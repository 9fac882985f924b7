import { refusal } from '../../kit/index.ts';

/* Names of exceptions and messages: neutron-lib exceptions/__init__.py, neutron ipam/exceptions.py */

export const invalidPool = refusal<{ readonly pool: string }>('invalid-pool', {
  status: 400,
  type: 'InvalidAllocationPool',
  message: ({ pool }) => `The allocation pool ${pool} is not valid.`,
});

export const poolOutOfBounds = refusal<{ readonly pool: string; readonly cidr: string }>('pool-out-of-bounds', {
  status: 400,
  type: 'OutOfBoundsAllocationPool',
  message: ({ pool, cidr }) => `The allocation pool ${pool} spans beyond the subnet cidr ${cidr}.`,
});

export const poolsOverlap = refusal<{ readonly pools: readonly string[]; readonly cidr: string }>('pools-overlap', {
  status: 409,
  type: 'OverlappingAllocationPools',
  message: ({ pools, cidr }) => `Found overlapping allocation pools: ${pools.join(', ')} for subnet ${cidr}.`,
});

export const gatewayInPool = refusal<{ readonly gatewayIp: string; readonly pool: string }>('gateway-in-pool', {
  status: 409,
  type: 'GatewayConflictWithAllocationPools',
  message: ({ gatewayIp, pool }) => `Gateway ip ${gatewayIp} conflicts with allocation pool ${pool}.`,
});

export const gatewayInUse = refusal<{ readonly gatewayIp: string; readonly portId: string }>('gateway-in-use', {
  status: 409,
  type: 'GatewayIpInUse',
  message: ({ gatewayIp, portId }) =>
    `Current gateway ip ${gatewayIp} already in use by port ${portId}. Unable to update.`,
});

export const tooManyNameservers = refusal<{ readonly subnetId: string; readonly maximum: number }>(
  'too-many-nameservers',
  {
    status: 400,
    type: 'DNSNameServersExhausted',
    message: ({ subnetId, maximum }) =>
      `Unable to complete operation for ${subnetId}. The number of DNS nameservers exceeds the limit ${maximum}.`,
  },
);

export const tooManyHostRoutes = refusal<{ readonly subnetId: string; readonly maximum: number }>(
  'too-many-host-routes',
  {
    status: 400,
    type: 'HostRoutesExhausted',
    message: ({ subnetId, maximum }) =>
      `Unable to complete operation for ${subnetId}. The number of host routes exceeds the limit ${maximum}.`,
  },
);
