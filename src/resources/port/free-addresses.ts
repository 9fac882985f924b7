import { type Address, type Range, rangeContains, rangeSize } from '../../ip/index.ts';
import type { RuleContext } from '../decision.ts';
import { addressClaimValue, addressOfClaimValue } from '../row.ts';
import type { Subnet } from '../subnet/subnet.ts';
import type { Reader } from '../world.ts';
import { addressScope } from './table.ts';

/** Drawing at random almost always succeeds in a pool that isn't crowded; after that many failures, look properly. */
const spareDraws = 4;

/**
 * Some free addresses of a subnet's pools, at random: at most `count`, and fewer only when there are no more. Random, so
 * that neighbours can't be guessed (RFC 8415 §24) and an address that was given back isn't given out at once.
 */
export async function findFreeAddresses(
  reader: Reader,
  subnet: Subnet,
  count: number,
  context: RuleContext,
): Promise<readonly Address[]> {
  const total = subnet.allocationPools.reduce((sum, pool) => sum + rangeSize(pool), 0n);
  if (total === 0n || count === 0) return [];
  const candidates = drawDistinct(subnet.allocationPools, total, count + spareDraws, context);
  const taken = new Set(await reader.claimed(addressScope(subnet.id), candidates.map(addressClaimValue)));
  const free = candidates.filter((candidate) => !taken.has(addressClaimValue(candidate)));
  if (free.length >= count) return free.slice(0, count);
  return searchGaps(reader, subnet, count, context);
}

function drawDistinct(pools: readonly Range[], total: bigint, count: number, context: RuleContext): readonly Address[] {
  const drawn = new Map<bigint, Address>();
  for (let i = 0; i < count; i++) {
    const address = addressAtOffset(pools, context.random(total));
    drawn.set(address.value, address);
  }
  return [...drawn.values()];
}

function addressAtOffset(pools: readonly Range[], offset: bigint): Address {
  let rest = offset;
  for (const pool of pools) {
    const size = rangeSize(pool);
    if (rest < size) return { family: pool.first.family, value: pool.first.value + rest };
    rest -= size;
  }
  throw new RangeError(`offset ${offset} is outside the pools`);
}

/** Exact: reads all that is allocated in the pools and returns what is left, from a random place on. */
async function searchGaps(
  reader: Reader,
  subnet: Subnet,
  count: number,
  context: RuleContext,
): Promise<readonly Address[]> {
  const found: Address[] = [];
  for (const pool of subnet.allocationPools) {
    const [first, last] = [pool.first, pool.last].map(addressClaimValue);
    if (first === undefined || last === undefined) continue;
    const claims = await reader.claimedBetween(addressScope(subnet.id), first, last);
    const taken = claims.map(addressOfClaimValue).filter((address) => rangeContains(pool, address));
    found.push(...gapsOf(pool, taken, count, context));
    if (found.length >= count) break;
  }
  return found.slice(0, count);
}

function gapsOf(pool: Range, taken: readonly Address[], count: number, context: RuleContext): readonly Address[] {
  const start = context.random(rangeSize(pool));
  const middle = { family: pool.first.family, value: pool.first.value + start };
  const used = new Set(taken.map(({ value }) => value));
  return [
    ...freeFrom({ first: middle, last: pool.last }, used, count),
    ...freeFrom({ first: pool.first, last: { ...middle, value: middle.value - 1n } }, used, count),
  ].slice(0, count);
}

function freeFrom({ first, last }: Range, used: ReadonlySet<bigint>, count: number): readonly Address[] {
  const free: Address[] = [];
  for (let value = first.value; value <= last.value && free.length < count; value++)
    if (!used.has(value)) free.push({ family: first.family, value });
  return free;
}
