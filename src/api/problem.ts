import type { Problem, ProblemKind } from '../resources/index.ts';

/** How a problem is answered: `{"NeutronError": {"type", "message", "detail": ""}}` with this status. */
export interface Answer {
  readonly status: number;
  /** The name of Neutron's exception. Clients tell problems apart by it, so it is API. */
  readonly type: string;
  readonly message: string;
  /** When to ask again. */
  readonly retryAfterSeconds?: number;
}

type Table = { readonly [K in ProblemKind]: (problem: Extract<Problem, { kind: K }>) => Answer };

/** neutron-lib exceptions/__init__.py, exceptions/l3.py, exceptions/allowedaddresspairs.py, neutron ipam/exceptions.py */
const answers: Table = {
  'not-found': ({ resource, id }) => ({
    status: 404,
    type: `${pascal(resource)}NotFound`,
    message: `${pascal(resource)} ${id} could not be found.`,
  }),
  'in-use': ({ resource, id, reason }) => ({
    status: 409,
    type: `${pascal(resource)}InUse`,
    message: `Unable to complete operation on ${resource} ${id}. ${reason}`,
  }),
  'invalid-attribute': ({ reason }) => ({ status: 400, type: 'HTTPBadRequest', message: reason }),
  'invalid-input': ({ reason }) => ({
    status: 400,
    type: 'InvalidInput',
    message: reason.startsWith('Invalid input') ? reason : `Invalid input for operation: ${reason}.`,
  }),
  'bad-request': ({ resource, reason }) => ({
    status: 400,
    type: 'BadRequest',
    message: `Bad ${resource} request: ${reason}.`,
  }),
  forbidden: ({ action }) => ({
    status: 403,
    type: 'PolicyNotAuthorized',
    message: `(rule:${action}) is disallowed by policy`,
  }),
  unauthenticated: () => ({
    status: 401,
    type: 'Unauthorized',
    message: 'The request you have made requires authentication.',
  }),
  'revision-mismatch': ({ expected }) => ({
    status: 412,
    type: 'RevisionNumberConstraintFailed',
    message: `Constrained to ${expected}, but current revision is different.`,
  }),
  unavailable: ({ reason }) => ({ status: 503, type: 'ServiceUnavailable', message: reason, retryAfterSeconds: 1 }),
  'no-network-available': () => ({
    status: 503,
    type: 'NoNetworkAvailable',
    message: 'Unable to create the network. No tenant network is available for allocation.',
  }),
  'invalid-shared-setting': ({ networkId }) => ({
    status: 409,
    type: 'InvalidSharedSetting',
    message: `Unable to reconfigure sharing settings for network ${networkId}. Multiple tenants are using it.`,
  }),
  'address-exhausted': ({ networkId }) => ({
    status: 409,
    type: 'IpAddressGenerationFailure',
    message: `No more IP addresses available on network ${networkId}.`,
  }),
  'no-matching-subnet': ({ networkId, deviceOwner }) => ({
    status: 409,
    type: 'IpAddressGenerationFailureNoMatchingSubnet',
    message: `No valid service subnet for the given device owner, network ${networkId}, service type ${deviceOwner}.`,
  }),
  'address-in-use': ({ subnetId, ipAddress }) => ({
    status: 409,
    type: 'IpAddressAlreadyAllocated',
    message: `IP address ${ipAddress} already allocated in subnet ${subnetId}`,
  }),
  'mac-in-use': ({ networkId, macAddress }) => ({
    status: 409,
    type: 'MacAddressInUse',
    message: `Unable to complete operation for network ${networkId}. The mac address ${macAddress} is in use.`,
  }),
  'mac-exhausted': ({ networkId }) => ({
    status: 503,
    type: 'MacAddressGenerationFailure',
    message: `Unable to generate unique mac on network ${networkId}.`,
  }),
  'address-outside-subnet': ({ ipAddress }) => ({
    status: 400,
    type: 'InvalidIpForSubnet',
    message: `IP address ${ipAddress} is not a valid IP for the specified subnet.`,
  }),
  'address-outside-network': ({ ipAddress }) => ({
    status: 400,
    type: 'InvalidIpForNetwork',
    message: `IP address ${ipAddress} is not a valid IP for any of the subnets on the specified network.`,
  }),
  'auto-address-subnet': ({ subnetId, ipAddress }) => ({
    status: 400,
    type: 'AllocationOnAutoAddressSubnet',
    message: `IPv6 address ${ipAddress} cannot be directly assigned to a port on subnet ${subnetId} as the subnet is configured for automatic addresses`,
  }),
  'port-bound': ({ portId }) => ({
    status: 409,
    type: 'PortBound',
    message: `Unable to complete operation on port ${portId}, port is already bound.`,
  }),
  'service-port': ({ portId, reason }) => ({
    status: 409,
    type: 'ServicePortInUse',
    message: `Port ${portId} cannot be deleted directly via the port API: ${reason}.`,
  }),
  'device-not-owned': ({ deviceId }) => ({
    status: 409,
    type: 'DeviceIDNotOwnedByTenant',
    message: `The following device_id ${deviceId} is not owned by your tenant or matches another tenants router.`,
  }),
  'duplicate-address-pair': ({ macAddress, ipAddress }) => ({
    status: 400,
    type: 'DuplicateAddressPairInRequest',
    message: `Request contains duplicate address pair: mac_address ${macAddress} ip_address ${ipAddress}.`,
  }),
  'address-pair-without-port-security': () => ({
    status: 409,
    type: 'AddressPairAndPortSecurityRequired',
    message: 'Port Security must be enabled in order to have allowed address pairs on a port.',
  }),
  'too-many-address-pairs': ({ maximum }) => ({
    status: 400,
    type: 'AllowedAddressPairExhausted',
    message: `The number of allowed address pair exceeds the maximum ${maximum}.`,
  }),
  'invalid-pool': ({ pool }) => ({
    status: 400,
    type: 'InvalidAllocationPool',
    message: `The allocation pool ${pool} is not valid.`,
  }),
  'pool-out-of-bounds': ({ pool, cidr }) => ({
    status: 400,
    type: 'OutOfBoundsAllocationPool',
    message: `The allocation pool ${pool} spans beyond the subnet cidr ${cidr}.`,
  }),
  'pools-overlap': ({ pools, cidr }) => ({
    status: 409,
    type: 'OverlappingAllocationPools',
    message: `Found overlapping allocation pools: ${pools.join(', ')} for subnet ${cidr}.`,
  }),
  'gateway-in-pool': ({ gatewayIp, pool }) => ({
    status: 409,
    type: 'GatewayConflictWithAllocationPools',
    message: `Gateway ip ${gatewayIp} conflicts with allocation pool ${pool}.`,
  }),
  'gateway-in-use': ({ gatewayIp, portId }) => ({
    status: 409,
    type: 'GatewayIpInUse',
    message: `Current gateway ip ${gatewayIp} already in use by port ${portId}. Unable to update.`,
  }),
  'too-many-nameservers': ({ subnetId, maximum }) => ({
    status: 400,
    type: 'DNSNameServersExhausted',
    message: `Unable to complete operation for ${subnetId}. The number of DNS nameservers exceeds the limit ${maximum}.`,
  }),
  'too-many-host-routes': ({ subnetId, maximum }) => ({
    status: 400,
    type: 'HostRoutesExhausted',
    message: `Unable to complete operation for ${subnetId}. The number of host routes exceeds the limit ${maximum}.`,
  }),
  'too-many-routes': ({ routerId, maximum }) => ({
    status: 400,
    type: 'RoutesExhausted',
    message: `Unable to complete operation for ${routerId}. The number of routes exceeds the maximum ${maximum}.`,
  }),
  'router-interface-not-found': ({ routerId, portId }) => ({
    status: 404,
    type: 'RouterInterfaceNotFound',
    message: `Router ${routerId} does not have an interface with id ${portId}`,
  }),
  'router-interface-not-on-subnet': ({ routerId, subnetId }) => ({
    status: 404,
    type: 'RouterInterfaceNotFoundForSubnet',
    message: `Router ${routerId} has no interface on subnet ${subnetId}`,
  }),
  'router-interface-used-by-route': ({ routerId, subnetId }) => ({
    status: 409,
    type: 'RouterInterfaceInUseByRoute',
    message: `Router interface for subnet ${subnetId} on router ${routerId} cannot be deleted, as it is required by one or more routes.`,
  }),
  'subnet-mismatch-for-port': ({ portId, subnetId }) => ({
    status: 409,
    type: 'SubnetMismatchForPort',
    message: `Subnet on port ${portId} does not match the requested subnet ${subnetId}.`,
  }),
  'invalid-routes': ({ reason }) => ({
    status: 400,
    type: 'InvalidRoutes',
    message: `Invalid format for routes: ${reason}`,
  }),
};

/** The answer to a problem. */
export function answerProblem(problem: Problem): Answer {
  return answerOf(problem.kind, problem);
}

/** The table's lines are typed one by one; which one fits is known by the kind. */
function answerOf<K extends ProblemKind>(kind: K, problem: Problem): Answer {
  return answers[kind](problem as Extract<Problem, { kind: K }>);
}

export function errorBody({ type, message }: Answer): string {
  return JSON.stringify({ NeutronError: { type, message, detail: '' } });
}

function pascal(name: string): string {
  return name.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}
