/** The use cases, in the order of the documents of 2015: add a row by adding its file and its line here. */
import type { Row } from '../contract.ts';
import { topologies } from './01-topologies.ts';
import { vmToVm } from './02-vm-to-vm.ts';
import { externalVlan } from './03-external-vlan.ts';
import { externalRouting } from './04-external-routing.ts';
import { dualStack } from './05-dual-stack.ts';
import { addressModes } from './06-address-modes.ts';
import { statefulAddress } from './07-stateful-address.ts';
import { slaacFixedIp } from './08-slaac-fixed-ip.ts';
import { floatingIps } from './09-floating-ips.ts';
import { passThrough } from './10-pass-through.ts';
import { ipsecAnycastMulticast } from './11-ipsec-anycast-multicast.ts';
import { metadataOverIpv6 } from './12-metadata.ts';
import { securityGroups } from './13-security-groups.ts';
import { addressManagement } from './14-address-management.ts';
import { antiSpoofing } from './15-anti-spoofing.ts';
import { rogueRouterAdvertisements } from './16-rogue-ra.ts';
import { manyAddresses } from './17-many-addresses.ts';
import { mixedNetworks } from './18-mixed-networks.ts';
import { prefixDelegation } from './19-prefix-delegation.ts';
import { distributedRouting } from './20-distributed-routing.ts';
import { firstHopSecurity } from './21-first-hop-security.ts';

/** Every use case, in the order of the reports. */
export const allRows: readonly Row[] = [
  topologies,
  vmToVm,
  externalVlan,
  externalRouting,
  dualStack,
  addressModes,
  statefulAddress,
  slaacFixedIp,
  floatingIps,
  passThrough,
  ipsecAnycastMulticast,
  metadataOverIpv6,
  securityGroups,
  addressManagement,
  antiSpoofing,
  rogueRouterAdvertisements,
  manyAddresses,
  mixedNetworks,
  prefixDelegation,
  distributedRouting,
  firstHopSecurity,
];
