/**
 * Everything that can stand in the way of a request. Closed: the API maps each kind to a status and to Neutron's public
 * error type in one table. `reason` is a sentence for the caller.
 */
export type Problem =
  | { readonly kind: 'not-found'; readonly resource: string; readonly id: string }
  | { readonly kind: 'in-use'; readonly resource: string; readonly id: string; readonly reason: string }
  /** A value that its attribute's definition refuses. */
  | { readonly kind: 'invalid-attribute'; readonly reason: string }
  /** Values that are well-formed but can't be had, alone or together. */
  | { readonly kind: 'invalid-input'; readonly reason: string }
  /** A request that makes no sense for this resource. */
  | { readonly kind: 'bad-request'; readonly resource: string; readonly reason: string }
  | { readonly kind: 'forbidden'; readonly action: string }
  | { readonly kind: 'unauthenticated' }
  | { readonly kind: 'revision-mismatch'; readonly resource: string; readonly id: string; readonly expected: number }
  /** The same request may succeed later. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'no-network-available' }
  | { readonly kind: 'invalid-shared-setting'; readonly networkId: string }
  | { readonly kind: 'address-exhausted'; readonly networkId: string }
  | { readonly kind: 'no-matching-subnet'; readonly networkId: string; readonly deviceOwner: string }
  | { readonly kind: 'address-in-use'; readonly subnetId: string; readonly ipAddress: string }
  | { readonly kind: 'mac-in-use'; readonly networkId: string; readonly macAddress: string }
  /** Every MAC that may be generated is in use. */
  | { readonly kind: 'mac-exhausted'; readonly networkId: string }
  | { readonly kind: 'address-outside-subnet'; readonly ipAddress: string }
  | { readonly kind: 'address-outside-network'; readonly ipAddress: string }
  | { readonly kind: 'auto-address-subnet'; readonly subnetId: string; readonly ipAddress: string }
  | { readonly kind: 'port-bound'; readonly portId: string }
  | { readonly kind: 'service-port'; readonly portId: string; readonly reason: string }
  | { readonly kind: 'device-not-owned'; readonly deviceId: string }
  | { readonly kind: 'duplicate-address-pair'; readonly macAddress: string; readonly ipAddress: string }
  | { readonly kind: 'address-pair-without-port-security' }
  | { readonly kind: 'too-many-address-pairs'; readonly maximum: number }
  | { readonly kind: 'invalid-pool'; readonly pool: string }
  | { readonly kind: 'pool-out-of-bounds'; readonly pool: string; readonly cidr: string }
  | { readonly kind: 'pools-overlap'; readonly pools: readonly string[]; readonly cidr: string }
  | { readonly kind: 'gateway-in-pool'; readonly gatewayIp: string; readonly pool: string }
  | { readonly kind: 'gateway-in-use'; readonly gatewayIp: string; readonly portId: string }
  | { readonly kind: 'too-many-nameservers'; readonly subnetId: string; readonly maximum: number }
  | { readonly kind: 'too-many-host-routes'; readonly subnetId: string; readonly maximum: number }
  | { readonly kind: 'too-many-routes'; readonly routerId: string; readonly maximum: number }
  | { readonly kind: 'router-interface-not-found'; readonly routerId: string; readonly portId: string }
  | { readonly kind: 'router-interface-not-on-subnet'; readonly routerId: string; readonly subnetId: string }
  | { readonly kind: 'router-interface-used-by-route'; readonly routerId: string; readonly subnetId: string }
  | { readonly kind: 'subnet-mismatch-for-port'; readonly portId: string; readonly subnetId: string }
  | { readonly kind: 'invalid-routes'; readonly reason: string };

export type ProblemKind = Problem['kind'];

/** A problem with a single value, before it is known which attribute it belongs to. */
export function invalidAttribute(reason: string): Problem {
  return { kind: 'invalid-attribute', reason };
}

export function invalidInput(reason: string): Problem {
  return { kind: 'invalid-input', reason };
}
