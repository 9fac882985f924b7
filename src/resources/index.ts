/**
 * The nouns of the Networking API: what they are, what a client may say of them, and the pure rules that decide
 * about every change. One folder per resource. It knows neither HTTP nor SQL nor OVN: rules get what they must know as
 * a *world* that was read for them, and answer with changes or a problem.
 */
export type { Agent } from './agent/agent.ts';
export type { Change, ChangeOf, Entities, ResourceKind } from './entities.ts';
export type { AgentId, NetworkId, PortId, ProjectId, RouterId, SubnetId } from './ids.ts';
export type { Key, KeyKind } from './keys.ts';
export type { Network } from './network/network.ts';
export {
  type AllowedAddressPair,
  asRouterInterface,
  type Binding,
  type FixedIp,
  isRouterPort,
  type Port,
  type RouterInterface,
  routerInterfaceOwner,
  type VnicType,
} from './port/port.ts';
export { addressScope, macScope } from './port/table.ts';
export type { ExtraRoute, Router } from './router/router.ts';
export { addressClaimValue, addressOfClaimValue } from './row.ts';
export { firstRevision, nextRevision, type Standard } from './standard.ts';
export { type HostRoute, type Ipv6Mode, isAutoAddress, type Subnet } from './subnet/subnet.ts';
export type { Claim, Column, SqlValue, Table } from './table.ts';
export { tables } from './tables.ts';
export type { Predicate, Query, Reader, SortKey, Writer } from './world.ts';
