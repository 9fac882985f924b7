/**
 * The nouns of the Networking API: what they are, what a client may say of them, and the pure rules that decide
 * about every change. One folder per resource. It knows neither HTTP nor SQL nor OVN: rules get what they must know as
 * a *world* that was read for them, and answer with changes or a problem.
 *
 * Every change names the keys that it makes dirty; `keys.ts` says which kinds there are and who dirties what.
 */

export { type AddressGroup, addressGroupTable } from './address-group/address-group.ts';
export type { Agent } from './agent/agent.ts';
export { agentResource } from './agent/index.ts';
export { decideHeartbeat, type Heartbeat } from './agent/rules.ts';
export { agentTable } from './agent/table.ts';
export type {
  AddressGroupId,
  AgentId,
  NetworkId,
  PortId,
  RouterId,
  SecurityGroupId,
  SecurityGroupRuleId,
  SubnetId,
} from './ids.ts';
export type { KeyKind } from './keys.ts';
export { resources, tables } from './list.ts';
export type { NetworkInput } from './network/definition.ts';
export { networkResource } from './network/index.ts';
export type { Network } from './network/network.ts';
export { networkTable } from './network/table.ts';
export type { AddressPairRequest, AllowedAddressPair } from './port/aspects/address-pairs.ts';
export type { VnicType } from './port/aspects/binding.ts';
export { addressScope, inSecurityGroup, macScope, membersScope } from './port/claims.ts';
export type { FixedIp } from './port/fixed-ip.ts';
export { portResource } from './port/index.ts';
export { isRouterPort, isTrusted, routerInterfaceOwner } from './port/owner.ts';
export { type Port, type PortInput, portTable } from './port/port.ts';
export { asRouterInterface, type RouterInterface } from './port/router-interface.ts';
export { type Route, showRoute } from './route.ts';
export { routeList } from './route-list.ts';
export type { RouterInput } from './router/definition.ts';
export { routerResource } from './router/index.ts';
export type { Router } from './router/router.ts';
export { routerTable } from './router/table.ts';
export type { SecurityGroupInput } from './security-group/definition.ts';
export { securityGroupResource } from './security-group/index.ts';
export type { SecurityGroup } from './security-group/security-group.ts';
export { securityGroupTable } from './security-group/table.ts';
export { securityGroupRuleResource } from './security-group-rule/index.ts';
export { protocolNumber } from './security-group-rule/protocol.ts';
export type { SecurityGroupRule } from './security-group-rule/security-group-rule.ts';
export { securityGroupRuleTable } from './security-group-rule/table.ts';
export { defaultSettings } from './settings.ts';
export type { SubnetInput } from './subnet/definition.ts';
export { subnetResource } from './subnet/index.ts';
export { type Ipv6Mode, isAutoAddress, type Subnet } from './subnet/subnet.ts';
export { subnetTable } from './subnet/table.ts';
