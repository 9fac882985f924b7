import { type Address, isIpv6, isLinkLocal, prefixContains } from '../ip/index.ts';
import type { Subnet } from '../resources/index.ts';

/** Whether guests make addresses in the subnet: the A flag of its prefix (RFC 4861 §4.6.2), which a stateful one has not. */
export function isAutonomous({ ipv6RaMode }: Pick<Subnet, 'ipv6RaMode'>): boolean {
  return ipv6RaMode === 'slaac' || ipv6RaMode === 'dhcpv6-stateless';
}

/** Whether guests on a network of these subnets make such addresses (RFC 6620 §3.2.1): in autonomous ones, and link-local ones. */
export function isLearnable(address: Address, subnets: readonly Subnet[]): boolean {
  if (!isIpv6(address)) return false;
  return isLinkLocal(address) || subnets.some((subnet) => isAutonomous(subnet) && prefixContains(subnet.cidr, address));
}
