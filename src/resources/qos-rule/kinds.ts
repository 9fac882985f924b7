import { bandwidthLimit } from './bandwidth-limit.ts';
import { dscpMarking } from './dscp-marking.ts';
import { minimumBandwidth } from './minimum-bandwidth.ts';
import { minimumPacketRate } from './minimum-packet-rate.ts';
import { packetRateLimit } from './packet-rate-limit.ts';
import type { QosRuleKind, QosRuleType } from './qos-rule.ts';

/** THE list of the types of rules, in the order in which a policy shows them. */
export const qosRuleKinds: readonly QosRuleKind[] = [
  bandwidthLimit,
  packetRateLimit,
  dscpMarking,
  minimumBandwidth,
  minimumPacketRate,
];

/** The types that OVN can be told of. A port, or a network, can't have a policy with a rule of another type. */
export const enforcedRuleTypes: readonly QosRuleType[] = ['bandwidth_limit', 'dscp_marking', 'minimum_bandwidth'];

/** Where the rules are stored that OVN is told of. */
export const { table: bandwidthLimitTable } = bandwidthLimit;
export const { table: dscpMarkingTable } = dscpMarking;
export const { table: minimumBandwidthTable } = minimumBandwidth;
