import type { Brand, Uuid } from '../base/index.ts';

export type NetworkId = Brand<Uuid, 'NetworkId'>;
export type SubnetId = Brand<Uuid, 'SubnetId'>;
export type PortId = Brand<Uuid, 'PortId'>;
export type RouterId = Brand<Uuid, 'RouterId'>;
export type AgentId = Brand<Uuid, 'AgentId'>;
