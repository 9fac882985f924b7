import type { Family } from '../../ip/index.ts';
import type { Problem } from '../../kit/index.ts';
import type { Network } from './network.ts';
import { mtuTooSmall } from './refusals.ts';

/** What every link of the family carries, in bytes: RFC 8200 §5, RFC 791 §3.2. Below it, a guest's kernel has no IPv6 at all. */
const leastMtuBytes: Readonly<Record<Family, number>> = { 4: 68, 6: 1280 };

/** Refuses subnets of these families on a network whose MTU is below what the family needs. */
export function checkMtu(
  network: Pick<Network, 'id' | 'mtuBytes'> | undefined,
  families: readonly Family[],
): Problem | undefined {
  if (!network) return undefined;
  const least = Math.max(...families.map((family) => leastMtuBytes[family]));
  return network.mtuBytes < least ? mtuTooSmall({ networkId: network.id, least }) : undefined;
}
