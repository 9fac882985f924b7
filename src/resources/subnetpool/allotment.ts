import { err, ok, type Result } from '../../base/index.ts';
import { type Address, type Prefix, parsePrefix, prefixOf } from '../../ip/index.ts';
import type { Change, Problem, ProjectId, Reader } from '../../kit/index.ts';
import { allottedScope } from '../subnet/subnet.ts';
import { FreeSpace, readFreeAround, readSmallestFree } from './free-space.ts';
import { allocationFailed, poolQuotaExceeded, tooLong, tooShort } from './refusals.ts';
import type { Subnetpool } from './subnetpool.ts';

/** The prefix that a subnet asks a pool for: any of this length, or with an address this one. */
export interface Wanted {
  readonly length: number;
  readonly address?: Address;
}

/** The facts that giving a part of a pool to a subnet needs. */
export interface Allotment {
  readonly pool: Subnetpool;
  readonly wanted: Wanted;
  /** The block to take it from, among others. */
  readonly free: readonly Prefix[];
  /** The prefixes that the project has of the pool already, if that is bounded. */
  readonly allotted: readonly string[];
}

/** Looks for the wanted prefix: the same few rows are read however much of the pool is taken. */
export async function readAllotment(
  reader: Reader,
  pool: Subnetpool,
  wanted: Wanted,
  projectId: ProjectId,
): Promise<Allotment> {
  const { address, length } = wanted;
  return {
    pool,
    wanted,
    free: address
      ? await readFreeAround(reader, pool, [{ address, length }])
      : await readSmallestFree(reader, pool, length),
    allotted: pool.defaultQuota ? await reader.claimed(allottedScope(pool.id, projectId)) : [],
  };
}

/** A prefix that a subnet has of a pool now, and the rows of the pool that say so. */
export interface Allotted {
  readonly cidr: Prefix;
  readonly changes: readonly Change[];
}

/** Takes the wanted prefix, or the first of its length in the smallest block (neutron ipam/subnet_alloc.py `SubnetAllocator`). */
export function decideAllotment(world: Allotment): Result<Allotted, Problem> {
  const { pool, wanted } = world;
  const { length, address } = wanted;
  if (length > pool.maxPrefixlen) return err(tooLong({ length, bound: pool.maxPrefixlen }));
  if (length < pool.minPrefixlen) return err(tooShort({ length, bound: pool.minPrefixlen }));
  if (exceedsQuota(world)) return err(poolQuotaExceeded());
  const cidr = address ? prefixOf(address, length) : firstIn(world.free, length);
  if (!cidr) return err(allocationFailed({ reason: `Insufficient prefix space to allocate subnet size /${length}` }));
  const space = new FreeSpace(pool.id, world.free);
  if (space.take(cidr)) return ok({ cidr, changes: space.changes() });
  return err(allocationFailed({ reason: 'Cannot allocate requested subnet from the available set of prefixes' }));
}

function firstIn([block]: readonly Prefix[], length: number): Prefix | undefined {
  return block && prefixOf(block.address, length);
}

/** IPv4 is counted in addresses, IPv6 in /64. */
const unitLength = { 4: 32, 6: 64 } as const;

/** Counts what the asking project has. Neutron counts what the pool's owner has, which bounds nobody else. */
function exceedsQuota({ pool, wanted, allotted }: Allotment): boolean {
  if (!pool.defaultQuota) return false;
  const lengths = [wanted.length, ...allotted.map((text) => parsePrefix(text)?.length ?? 0)];
  const units = lengths.reduce((sum, length) => sum + 2 ** (unitLength[pool.ipVersion] - length), 0);
  return units > pool.defaultQuota;
}
