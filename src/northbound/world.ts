import type { Network, NetworkId, Port, PortId, Router, RouterId, Subnet, SubnetId } from '../resources/index.ts';

/** The part of the declared world that a batch of keys is translated from: of one moment, and whole for these keys. */
export interface World {
  readonly networks: ReadonlyMap<NetworkId, Network>;
  /** Those that router interfaces have addresses on. */
  readonly subnets: ReadonlyMap<SubnetId, Subnet>;
  readonly ports: ReadonlyMap<PortId, Port>;
  readonly routers: ReadonlyMap<RouterId, Router>;
  /** All interfaces of each router above. */
  readonly interfaces: ReadonlyMap<RouterId, readonly Port[]>;
}
