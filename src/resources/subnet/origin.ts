import { err, ok, type Result } from '../../base/index.ts';
import {
  type Address,
  addressAt,
  familyBits,
  firstAddress,
  formatPrefix,
  type Prefix,
  prefixOf,
} from '../../ip/index.ts';
import { badRequest, type Problem } from '../../kit/index.ts';
import { type Allotment, type Allotted, decideAllotment, type Wanted } from '../subnetpool/allotment.ts';
import { networkPoolAffinity, networkScopeAffinity } from '../subnetpool/refusals.ts';
import type { Subnetpool } from '../subnetpool/subnetpool.ts';
import { addressesDoNotFit } from './refusals.ts';
import { isAutoAddress, type Subnet, type SubnetInput } from './subnet.ts';

/** The prefix of a new subnet, and what taking it changes in the pool that it comes from. */
export interface Origin extends Allotted {
  readonly pool: Subnetpool | undefined;
  /** The gateway unless a client says another. */
  readonly gatewayIp: Address;
}

/** The facts by which a new subnet gets its prefix. */
export interface OriginWorld {
  /** The subnets that are on the network already. */
  readonly siblings: readonly Subnet[];
  /** The pools that these are of. */
  readonly siblingPools: readonly Subnetpool[];
  /** What the pool has of which the subnet is to be; undefined without one. */
  readonly allotment: Allotment | undefined;
}

/** Takes the prefix from the client, or from a pool: the named one, or the default one of the family. */
export function decideOrigin(input: SubnetInput, { allotment }: OriginWorld): Result<Origin, Problem> {
  const contradiction = checkRequest(input);
  if (contradiction !== undefined) return err(badSubnet(contradiction));
  const { cidr, ipVersion } = input;
  if (!allotment) {
    if (input.useDefaultSubnetpool)
      return err(badSubnet(`No default subnetpool found for IPv${cidr?.address.family ?? ipVersion}`));
    if (!cidr) return err(badSubnet('a subnetpool must be specified in the absence of a cidr'));
    return ok({ cidr, pool: undefined, gatewayIp: usualGateway(cidr), changes: [] });
  }
  const { pool } = allotment;
  if (!cidr && input.allocationPools)
    return err(badSubnet('allocation_pools allowed only for specific subnet requests.'));
  if (pool.ipVersion !== ipVersion)
    return err(badSubnet(`Cannot allocate IPv${ipVersion} subnet from IPv${pool.ipVersion} subnet pool`));
  const allotted = decideAllotment(allotment);
  if (!allotted.ok) return allotted;
  const chosen = allotted.value.cidr;
  if (isAutoAddress(input) && chosen.length !== 64) return err(addressesDoNotFit({ cidr: formatPrefix(chosen) }));
  return ok({ ...allotted.value, pool, gatewayIp: cidr ? usualGateway(cidr) : secondAddress(chosen) });
}

function checkRequest({ cidr, prefixlen, subnetpoolId, useDefaultSubnetpool }: SubnetInput): string | undefined {
  if (cidr && prefixlen !== undefined) return 'cidr and prefixlen must not be supplied together';
  if (subnetpoolId && useDefaultSubnetpool) return 'subnetpool_id and use_default_subnetpool cannot both be specified';
  return undefined;
}

function badSubnet(reason: string): Problem {
  return badRequest({ resource: 'subnets', reason });
}

/** The prefix that a request asks a pool for: that of its gateway, where it names a gateway and no prefix. */
export function wantedOf({ cidr, gatewayIp, prefixlen }: SubnetInput, pool: Subnetpool): Wanted {
  if (cidr) return cidr;
  const length = prefixlen ?? pool.defaultPrefixlen;
  const isUsable = typeof gatewayIp === 'object' && gatewayIp.family === pool.ipVersion;
  return isUsable && length <= familyBits(gatewayIp.family) ? prefixOf(gatewayIp, length) : { length };
}

/** Neutron's default for IPv6 is the prefix's own address: every router of the link answers it (RFC 4291 §2.6.1). */
export function usualGateway(cidr: Prefix): Address {
  return cidr.address.family === 6 || cidr.length >= 31 ? firstAddress(cidr) : addressAt(cidr, 1n);
}

/** Where a pool chooses the prefix, Neutron's gateway is the address after the first one in both families. */
function secondAddress(cidr: Prefix): Address {
  return cidr.length === familyBits(cidr.address.family) ? firstAddress(cidr) : addressAt(cidr, 1n);
}

/**
 * The subnets of one family on a network are all of one pool, or all of pools of one address scope, or all of none
 * (neutron db/ipam_backend_mixin.py `_validate_network_subnetpools`).
 */
export function checkAffinity(
  ipVersion: 4 | 6,
  pool: Subnetpool | undefined,
  { siblings, siblingPools }: OriginWorld,
): Problem | undefined {
  const beside = siblings.filter((sibling) => sibling.ipVersion === ipVersion);
  const scopes = siblingPools
    .filter((each) => each.ipVersion === ipVersion)
    .map(({ addressScopeId }) => addressScopeId);
  const scope = scopes.find((id) => id !== undefined);
  if (pool && scope) return pool.addressScopeId === scope ? undefined : networkScopeAffinity();
  return beside.every(({ subnetpoolId }) => subnetpoolId === pool?.id) ? undefined : networkPoolAffinity();
}
