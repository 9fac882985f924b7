import { err, ok, type Result } from '../../base/index.ts';
import {
  type Address,
  compareAddress,
  equalAddress,
  firstAddress,
  formatAddress,
  formatPrefix,
  isLoopback,
  isMulticast,
  isUnspecified,
  lastAddress,
  type Prefix,
  parsePrefix,
  prefixOverlaps,
  type Range,
  rangeContains,
  rangeOverlaps,
} from '../../ip/index.ts';
import type { Problem } from '../../kit/index.ts';
import { gatewayInPool, invalidPool, poolOutOfBounds, poolsOverlap } from './refusals.ts';
import type { PoolRequest } from './subnet.ts';

/**
 * The addresses of a prefix that hosts may have. IPv6: all but the first, the subnet-router anycast address (RFC 4291
 * §2.6.1). IPv4: all but the network's and the broadcast address, which a /31 doesn't have (RFC 3021 §2.1). The only
 * address of a prefix is its host's.
 */
export function usableRange(cidr: Prefix): Range {
  const first = firstAddress(cidr);
  const last = lastAddress(cidr);
  if (first.value === last.value || (first.family === 4 && cidr.length === 31)) return { first, last };
  return { first: offset(first, 1n), last: first.family === 4 ? offset(last, -1n) : last };
}

/**
 * The pools of a subnet whose creator named none: everything usable, the gateway left out. Ascending. DEVIATION(ADR-0008):
 * Neutron would give out a gateway that is the only address.
 */
export function defaultPools(cidr: Prefix, gatewayIp: Address | undefined): readonly Range[] {
  const all = usableRange(cidr);
  if (!gatewayIp || !rangeContains(all, gatewayIp)) return [all];
  const before = { first: all.first, last: offset(gatewayIp, -1n) };
  const after = { first: offset(gatewayIp, 1n), last: all.last };
  return [before, after].filter(({ first, last }) => first.value <= last.value);
}

/** Takes the client's pools, in its order, if they lie in the prefix and apart from each other. */
export function checkPools(requests: readonly PoolRequest[], cidr: Prefix): Result<readonly Range[], Problem> {
  const usable = usableRange(cidr);
  const pools: Range[] = [];
  for (const { start, end } of requests) {
    const family = cidr.address.family;
    const pool = { first: start, last: end };
    if (start.family !== family || end.family !== family || compareAddress(start, end) > 0)
      return err(invalidPool({ pool: formatRange(pool) }));
    if (!rangeContains(usable, start) || !rangeContains(usable, end))
      return err(poolOutOfBounds({ pool: formatRange(pool), cidr: formatPrefix(cidr) }));
    pools.push(pool);
  }
  const overlap = firstOverlap(pools);
  return overlap ? err(poolsOverlap({ pools: overlap.map(formatRange), cidr: formatPrefix(cidr) })) : ok(pools);
}

/** Ranges that overlap any other overlap the next one, in the order of their first addresses. */
function firstOverlap(ranges: readonly Range[]): readonly Range[] | undefined {
  const inOrder = ranges.toSorted((a, b) => compareAddress(a.first, b.first));
  const index = inOrder.findIndex((range, at) => {
    const next = inOrder[at + 1];
    return next !== undefined && rangeOverlaps(range, next);
  });
  return index < 0 ? undefined : inOrder.slice(index, index + 2);
}

/** Refuses a gateway inside a pool: a port could get the address, which the router has already. */
export function gatewayConflict(gatewayIp: Address | undefined, pools: readonly Range[]): Problem | undefined {
  const pool = gatewayIp && pools.find((each) => rangeContains(each, gatewayIp));
  if (!gatewayIp || !pool) return undefined;
  return gatewayInPool({ gatewayIp: formatAddress(gatewayIp), pool: formatRange(pool) });
}

/** Whether an address can be a host's on this prefix: inside, and in IPv4 neither the network's nor the broadcast one. */
export function isHostAddress(cidr: Prefix, address: Address): boolean {
  const range = { first: firstAddress(cidr), last: lastAddress(cidr) };
  if (!rangeContains(range, address)) return false;
  if (address.family === 6 || cidr.length >= 31) return true;
  return !equalAddress(address, range.first) && !equalAddress(address, range.last);
}

/** Unspecified, loopback, link-local, IPv4-mapped: where no subnet is, as no host has an address of it (RFC 4291 §2.5). */
const withoutHosts = ['::/127', 'fe80::/10', '::ffff:0:0/96', '0.0.0.0/8', '127.0.0.0/8']
  .map(parsePrefix)
  .filter((prefix) => prefix !== undefined);

/** Whether a prefix holds addresses that can't be a host's on any subnet. DEVIATION(ADR-0008): Neutron takes it. */
export function hasNoHosts(cidr: Prefix): boolean {
  return withoutHosts.some((prefix) => prefixOverlaps(prefix, cidr));
}

/** Whether an address can't be any host's, a router's included, which may have a link-local one. DEVIATION(ADR-0008). */
export function isNoHost(address: Address): boolean {
  const isBroadcast = address.family === 4 && address.value === 0xffffffffn;
  return isMulticast(address) || isUnspecified(address) || isLoopback(address) || isBroadcast;
}

/** RFC 4291 §2.6.1: the subnet-router anycast address of an IPv6 prefix. */
export function isRoutersAnycast(cidr: Prefix, address: Address): boolean {
  return address.family === 6 && equalAddress(address, firstAddress(cidr));
}

function offset(address: Address, by: bigint): Address {
  return { family: address.family, value: address.value + by };
}

function formatRange({ first, last }: Range): string {
  return `${formatAddress(first)}-${formatAddress(last)}`;
}
