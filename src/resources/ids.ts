import type { Brand, Uuid } from '../base/index.ts';

/** The id of a network. */
export type NetworkId = Brand<Uuid, 'NetworkId'>;
/** The id of a subnet. */
export type SubnetId = Brand<Uuid, 'SubnetId'>;
/** The id of a subnet pool. */
export type SubnetpoolId = Brand<Uuid, 'SubnetpoolId'>;
/** The id of a port. */
export type PortId = Brand<Uuid, 'PortId'>;
/** The id of a router. */
export type RouterId = Brand<Uuid, 'RouterId'>;
/** The id of a security group. */
export type SecurityGroupId = Brand<Uuid, 'SecurityGroupId'>;
/** The id of one rule of a security group. */
export type SecurityGroupRuleId = Brand<Uuid, 'SecurityGroupRuleId'>;
/** The id of an address group. */
export type AddressGroupId = Brand<Uuid, 'AddressGroupId'>;
/** The id of a QoS policy. */
export type QosPolicyId = Brand<Uuid, 'QosPolicyId'>;
/** The id of one rule of a QoS policy, of whichever type. */
export type QosRuleId = Brand<Uuid, 'QosRuleId'>;
/** The id of a trunk. */
export type TrunkId = Brand<Uuid, 'TrunkId'>;
/** The id of an agent, which stands for one host. */
export type AgentId = Brand<Uuid, 'AgentId'>;
/** The id of a project, by which its limits are known. Keystone's are no UUIDs, so it is one by name only. */
export type QuotaId = Brand<Uuid, 'QuotaId'>;
