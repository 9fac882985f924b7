import type { Prefix } from '../../ip/index.ts';
import { type Change, listById, type Reader } from '../../kit/index.ts';
import type { SubnetpoolId } from '../ids.ts';
import type { Subnet } from '../subnet/subnet.ts';
import { FreeSpace, readFreeAround } from './free-space.ts';
import { subnetpoolTable } from './subnetpool.ts';

/** Prefixes that go back to a pool, and the free blocks around them. */
export interface Release {
  readonly subnetpoolId: SubnetpoolId;
  readonly prefixes: readonly Prefix[];
  readonly free: readonly Prefix[];
}

/** What the end of these subnets gives back to the pools that they are of. */
export async function readReleases(reader: Reader, subnets: readonly Subnet[]): Promise<readonly Release[]> {
  const ids = subnets.flatMap(({ subnetpoolId }) => subnetpoolId ?? []);
  if (ids.length === 0) return [];
  const pools = await listById(reader, subnetpoolTable, [...new Set(ids)]);
  return await Promise.all(
    pools.map(async (pool) => {
      const prefixes = subnets.filter(({ subnetpoolId }) => subnetpoolId === pool.id).map(({ cidr }) => cidr);
      return { subnetpoolId: pool.id, prefixes, free: await readFreeAround(reader, pool, prefixes) };
    }),
  );
}

/** The rows by which the prefixes are free again. */
export function released(releases: readonly Release[]): readonly Change[] {
  return releases.flatMap(({ subnetpoolId, prefixes, free }) => {
    const space = new FreeSpace(subnetpoolId, free);
    for (const prefix of prefixes) space.give(prefix);
    return space.changes();
  });
}
