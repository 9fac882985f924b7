import { formatPrefix, type Prefix } from '../../ip/index.ts';
import { invalidInput, type Problem, refusal } from '../../kit/index.ts';
import type { AddressScopeId } from '../address-scope/address-scope.ts';
import type { SubnetId, SubnetpoolId } from '../ids.ts';

/* Names of exceptions and messages: neutron-lib exceptions/__init__.py, exceptions/address_scope.py */

/** Given for a pool without prefixes. */
export const noPrefixes = refusal('no-prefixes', {
  status: 400,
  type: 'EmptySubnetPoolPrefixList',
  message: () => 'Empty subnet pool prefix list.',
});

/** Given for prefixes of two families. */
export const mixedPrefixes = refusal('mixed-prefixes', {
  status: 400,
  type: 'PrefixVersionMismatch',
  message: () => 'Cannot mix IPv4 and IPv6 prefixes in a subnet pool.',
});

/** Bounds what changes of a pool cost. DEVIATION(ADR-0008): Neutron has no bound. */
export const tooManyPrefixes = refusal<{ readonly maximum: number }>('too-many-prefixes', {
  status: 409,
  type: 'OverQuota',
  message: ({ maximum }) => `A subnet pool has at most ${maximum} prefixes.`,
});

interface Bounds {
  readonly name: string;
  readonly length: number;
  readonly boundName: string;
  readonly bound: number;
}

/** Given when the least, default and greatest prefix length are not in this order, or are more than an address has. */
export const illegalBounds = refusal<Bounds>('illegal-prefix-bounds', {
  status: 400,
  type: 'IllegalSubnetPoolPrefixBounds',
  message: ({ name, length, boundName, bound }) => `Illegal prefix bounds: ${name}=${length}, ${boundName}=${bound}.`,
});

/** Given when prefixes of a pool are to go in a way that is not allowed. */
export const illegalPrefixUpdate = refusal<{ readonly reason: string }>('illegal-prefix-update', {
  status: 400,
  type: 'IllegalSubnetPoolPrefixUpdate',
  message: ({ reason }) => `Illegal update to prefixes: ${reason}.`,
});

/** Given when a project would change a pool in an address scope that it does not own. */
export const scopeNotOwned = refusal<{ readonly id: SubnetpoolId; readonly addressScopeId: AddressScopeId }>(
  'scope-not-owned',
  {
    status: 400,
    type: 'IllegalSubnetPoolUpdate',
    message: ({ id, addressScopeId }) =>
      `Illegal subnetpool update : subnetpool ${id} cannot be updated when associated with shared address scope ${addressScopeId}.`,
  },
);

/** Given when a subnet is to enter a pool of which others have a part of its prefix already. */
export const onboardConflict = refusal<{
  readonly id: SubnetpoolId;
  readonly subnetId: SubnetId;
  readonly cidr: Prefix;
}>('onboard-conflict', {
  status: 400,
  type: 'IllegalSubnetPoolUpdate',
  message: ({ id, subnetId, cidr }) =>
    `Illegal subnetpool update : Onboarding subnet ${subnetId}: ${formatPrefix(cidr)} conflicts with allocated prefixes in subnet pool ${id}.`,
});

/** Given when a pool would enter an address scope of the other family. */
export const otherFamilyScope = refusal<{
  readonly id: SubnetpoolId;
  readonly addressScopeId: AddressScopeId;
  readonly ipVersion: 4 | 6;
}>('other-family-scope', {
  status: 400,
  type: 'IllegalSubnetPoolIpVersionAssociationToAddressScope',
  message: ({ id, addressScopeId, ipVersion }) =>
    `Illegal subnetpool association: subnetpool ${id} cannot associate with address scope ${addressScopeId} because subnetpool ip_version is not ${ipVersion}.`,
});

/** Given when two pools of an address scope would have an address in common. */
export const scopeConflict = refusal('scope-conflict', {
  status: 409,
  type: 'AddressScopePrefixConflict',
  message: () => 'Failed to associate address scope: subnetpools within an address scope must have unique prefixes.',
});

/** Given when subnets of a network and family would be in different address scopes. */
export const networkScopeAffinity = refusal('network-scope-affinity', {
  status: 400,
  type: 'NetworkAddressScopeAffinityError',
  message: () =>
    'Subnets of the same address family hosted on the same network must all participate in the same address scope.',
});

/** Given when subnets of a network and family would be of different pools, or one of a pool and one of none. */
export const networkPoolAffinity = refusal('network-pool-affinity', {
  status: 400,
  type: 'NetworkSubnetPoolAffinityError',
  message: () => 'Subnets hosted on the same network must be allocated from the same subnet pool.',
});

/** Given when a pool is to go that subnets were taken from. */
export const poolInUse = refusal('pool-in-use', {
  status: 400,
  type: 'SubnetPoolDeleteError',
  message: () => 'Unable to delete subnet pool: Subnet pool has existing allocations.',
});

interface LengthBound {
  readonly length: number;
  readonly bound: number;
}

/** Given for a subnet that is larger than the pool allows. */
export const tooShort = refusal<LengthBound>('prefix-too-short', {
  status: 400,
  type: 'MinPrefixSubnetAllocationError',
  message: ({ length, bound }) =>
    `Unable to allocate subnet with prefix length ${length}, minimum allowed prefix is ${bound}.`,
});

/** Given for a subnet that is smaller than the pool allows. */
export const tooLong = refusal<LengthBound>('prefix-too-long', {
  status: 400,
  type: 'MaxPrefixSubnetAllocationError',
  message: ({ length, bound }) =>
    `Unable to allocate subnet with prefix length ${length}, maximum allowed prefix is ${bound}.`,
});

/** Given when a project would have more of a pool than its `default_quota`. */
export const poolQuotaExceeded = refusal('pool-quota-exceeded', {
  status: 409,
  type: 'SubnetPoolQuotaExceeded',
  message: () => 'Per-tenant subnet pool prefix quota exceeded.',
});

/** Given when the wanted prefix is not in the pool, or taken, or no prefix of the length is left. Neutron's status, too. */
export const allocationFailed = refusal<{ readonly reason: string }>('allocation-failed', {
  status: 500,
  type: 'SubnetAllocationError',
  message: ({ reason }) => `Failed to allocate subnet: ${reason}.`,
});

/** Given when a pool is to be the default one of a family that has one. */
export function defaultPoolExists(): Problem {
  return invalidInput(
    'A default subnetpool for this IP family has already been set. Only one default may exist per IP family',
  );
}
