import type {
  Agent,
  Attribute,
  Network,
  NetworkInput,
  Port,
  PortInput,
  Router,
  RouterInput,
  Subnet,
  SubnetInput,
} from '../resources/index.ts';

/** The attributes that an extension adds, by the resource they are added to. */
export interface ExtensionAttributes {
  readonly network?: readonly Attribute<Network, NetworkInput>[];
  readonly subnet?: readonly Attribute<Subnet, SubnetInput>[];
  readonly port?: readonly Attribute<Port, PortInput>[];
  readonly router?: readonly Attribute<Router, RouterInput>[];
  readonly agent?: readonly Attribute<Agent, never>[];
}

/** One entry of `/v2.0/extensions`, and what it adds. */
export interface Extension {
  readonly alias: string;
  readonly name: string;
  readonly description: string;
  /** ISO 8601; neutron-lib's `UPDATED_TIMESTAMP` of the definition of that alias. */
  readonly updated: string;
  readonly attributes?: ExtensionAttributes;
}
