import type { Address } from '../../ip/index.ts';
import { addressClaimValue, findFreeValues, type Reader, type RuleContext } from '../../kit/index.ts';
import type { Subnet } from '../subnet/subnet.ts';
import { addressScope } from './claims.ts';

/** Some free addresses of a subnet's pools, at random: at most `count`, and fewer only when there are no more. */
export async function findFreeAddresses(
  reader: Reader,
  subnet: Subnet,
  count: number,
  context: RuleContext,
): Promise<readonly Address[]> {
  const family = subnet.ipVersion;
  const values = {
    scope: addressScope(subnet.id),
    ranges: subnet.allocationPools.map(({ first, last }) => ({ first: first.value, last: last.value })),
    claimValue: (value: bigint) => addressClaimValue({ family, value }),
  };
  const found = await findFreeValues(reader, values, count, context);
  return found.map((value) => ({ family, value }));
}
