import type { Brand, Uuid } from '../base/index.ts';

export type NetworkId = Brand<Uuid, 'NetworkId'>;
export type SubnetId = Brand<Uuid, 'SubnetId'>;
export type PortId = Brand<Uuid, 'PortId'>;
export type RouterId = Brand<Uuid, 'RouterId'>;
export type SecurityGroupId = Brand<Uuid, 'SecurityGroupId'>;
export type SecurityGroupRuleId = Brand<Uuid, 'SecurityGroupRuleId'>;
export type AddressGroupId = Brand<Uuid, 'AddressGroupId'>;
export type AgentId = Brand<Uuid, 'AgentId'>;
