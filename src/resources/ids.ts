import type { Brand, Uuid } from '../base/index.ts';

export type NetworkId = Brand<Uuid, 'NetworkId'>;
export type SubnetId = Brand<Uuid, 'SubnetId'>;
export type PortId = Brand<Uuid, 'PortId'>;
export type RouterId = Brand<Uuid, 'RouterId'>;
export type AgentId = Brand<Uuid, 'AgentId'>;

/** Keystone's project id: opaque text, the empty string for what belongs to no project. */
export type ProjectId = Brand<string, 'ProjectId'>;
