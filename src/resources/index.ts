/**
 * The nouns of the Networking API: what they are, what a client may say of them, and the pure rules that decide
 * about every change. One folder per resource. It knows neither HTTP nor SQL nor OVN: rules get what they must know as
 * a *world* that was read for them, and answer with changes or a problem.
 *
 * Every change names the keys that it makes dirty. A key says "look at this again", never what changed:
 * - `network`: its logical switch, and the intents of all ports on it, which the hosts' feed finds by itself;
 * - `subnet`: its DHCP and DNS rows (written also when the subnet is gone);
 * - `port`: its logical switch port (or router port), and the intent its host's agent serves;
 * - `router`: its logical router, router ports and routes;
 * - `security-group`: its port group with an ACL for each rule. Who is a member is said by the ports;
 * - `security-group-addresses`: the addresses of a group's ports that OVN does not know by itself: those of allowed address
 *   pairs;
 * - `address-group`: its address sets;
 * - `qos-policy-ports`, `network-ports`: a sixteenth of the ports that have a policy, or are on a network.
 *
 * The keys that each change makes dirty:
 * - network change: the network; of its MTU: the routers with an interface there; of its administrative state: the parts of
 *   its ports, as each has it in its logical switch port;
 * - subnet change: the subnet, its network, the ports that get or lose an address by it, routers with an interface there;
 * - port change: the port; when it is a router's (before or after): the router and the network besides;
 * - router change: the router; of its administrative state: the networks that it has an interface on;
 * - change of a security group or of its rules: the group; when a rule that names a remote group comes or goes: the
 *   remote group's addresses;
 * - a port that enters or leaves a security group, or gets or loses address pairs: the addresses of the port's groups;
 * - bindings that come or go: their port;
 * - a rule of a QoS policy: the sixteen parts of the policy's ports; another policy of a network: those of the network's;
 * - a port that comes to a trunk as a sub-port, or leaves it: the port;
 * - a guest's port that comes, goes or changes while it has no port security: its network, whose hosts are told that.
 *
 * A change that guests hear of names their network, and not each of their ports: a network may have thousands.
 */

export { type AddressGroup, addressGroupTable } from './address-group/address-group.ts';
export { type Agent, firstHopAgentType } from './agent/agent.ts';
export { decideHeartbeat } from './agent/rules.ts';
export { agentTable } from './agent/table.ts';
export type {
  AddressGroupId,
  NetworkId,
  PortId,
  QosPolicyId,
  RouterId,
  SecurityGroupId,
  SecurityGroupRuleId,
  SubnetId,
} from './ids.ts';
export { fixedCollections, resources, tables } from './list.ts';
export { type Network, networkTable } from './network/network.ts';
export { asSegmentRange, type SegmentRange } from './network/segment.ts';
export { bindingKeys } from './port/bindings.ts';
export {
  addressScope,
  inSecurityGroup,
  openScope,
  pairScope,
  withPairedAddress,
  withPairsInGroup,
} from './port/claims.ts';
export type { FixedIp } from './port/fixed-ip.ts';
export { isRouterPort, isTrusted, routerInterfaceOwner } from './port/owner.ts';
export { readPortPart } from './port/part-keys.ts';
export { type Port, portTable } from './port/port.ts';
export { asRouterInterface, type RouterInterface } from './port/router-interface.ts';
export { type QosPolicy, qosPolicyTable } from './qos-policy/qos-policy.ts';
export { bandwidthLimitTable, dscpMarkingTable, minimumBandwidthTable } from './qos-rule/kinds.ts';
export type { QosRule } from './qos-rule/qos-rule.ts';
export { checkQuota } from './quota/check.ts';
export { countedTables } from './quota/quota.ts';
export { rbacPolicyTable } from './rbac-policy/rbac-policy.ts';
export type { Route } from './route.ts';
export { type Router, routerTable } from './router/router.ts';
export { type SecurityGroup, securityGroupTable } from './security-group/security-group.ts';
export { protocolNumber } from './security-group-rule/protocol.ts';
export { type SecurityGroupRule, securityGroupRuleTable } from './security-group-rule/security-group-rule.ts';
export { defaultSettings } from './settings.ts';
export { type Ipv6Mode, type Subnet, subnetTable } from './subnet/subnet.ts';
export { type Trunk, trunksOf, trunkTable } from './trunk/trunk.ts';
