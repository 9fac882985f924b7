import type { Agent } from './agent/agent.ts';
import type { Network } from './network/network.ts';
import type { Port } from './port/port.ts';
import type { Router } from './router/router.ts';
import type { Subnet } from './subnet/subnet.ts';

/** Every kind of row that is stored, by the name of its resource. A new resource adds a line. */
export interface Entities {
  readonly network: Network;
  readonly subnet: Subnet;
  readonly port: Port;
  readonly router: Router;
  readonly agent: Agent;
}

export type ResourceKind = keyof Entities;

/** One change of one row. Updates carry the whole entity with its next revision. */
export type Change = { readonly [K in ResourceKind]: ChangeOf<K> }[ResourceKind];

export type ChangeOf<K extends ResourceKind> =
  | { readonly kind: 'insert' | 'update'; readonly resource: K; readonly entity: Entities[K] }
  | { readonly kind: 'delete'; readonly resource: K; readonly id: Entities[K]['id'] };
