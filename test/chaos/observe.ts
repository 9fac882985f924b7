import {
  type Client,
  type Network,
  type Port,
  type Router,
  type SecurityGroup,
  type Subnet,
  unwrap,
} from '../../src/client/index.ts';
import type { Reference, Row } from './ledger.ts';

/** Everything that the API shows. */
export interface Inventory {
  readonly networks: readonly Network[];
  readonly subnets: readonly Subnet[];
  readonly ports: readonly Port[];
  readonly routers: readonly Router[];
  /** With their rules. */
  readonly securityGroups: readonly SecurityGroup[];
}

/** The kinds of things that tenants make and change. */
export type ResourceKind = 'network' | 'subnet' | 'port' | 'router';

/** The attributes to compare: those that stay as they were answered until the client changes them. */
const attributes: Readonly<Record<ResourceKind, readonly string[]>> = {
  network: ['id', 'description', 'admin_state_up'],
  subnet: ['id', 'description', 'network_id', 'cidr', 'ipv6_address_mode'],
  port: ['id', 'description', 'network_id', 'admin_state_up', 'mac_address', 'device_id', 'binding:host_id'],
  router: ['id', 'description', 'admin_state_up'],
};

/** Subnets whose ports are given addresses by DHCPv6 lie in here. SLAAC addresses come and go with their subnets. */
export const statefulBlock = 'fd57:';

/** Lists all that the API has. Throws when a list is refused. */
export async function readInventory(api: Client): Promise<Inventory> {
  return {
    networks: unwrap(await api.networks.list()),
    subnets: unwrap(await api.subnets.list()),
    ports: unwrap(await api.ports.list()),
    routers: unwrap(await api.routers.list()),
    securityGroups: unwrap(await api.securityGroups.list()),
  };
}

/** The rows that a ledger compares, by reference: by unique names, as a POST without an answer leaves nothing else. */
export function rowsOf({ networks, subnets, ports, routers }: Inventory): ReadonlyMap<Reference, Row> {
  const nameOf = new Map([...subnets, ...routers].map(({ id, name }) => [id, name]));
  const named = (kind: ResourceKind, all: readonly { readonly name: string }[]) =>
    all.map((shown) => [`${kind} ${shown.name}`, rowOf(kind, shown)] as const);
  const interfaces = ports.filter(isRouterInterface).flatMap(({ id, device_id, fixed_ips }) =>
    fixed_ips.map(({ subnet_id }) => {
      const reference = interfaceReference(nameOf.get(device_id), nameOf.get(subnet_id));
      return [reference, { router_id: device_id, port_id: id, subnet_id }] as const;
    }),
  );
  return new Map<Reference, Row>([
    ...named('network', networks),
    ...named('subnet', subnets),
    ...named('router', routers),
    ...named(
      'port',
      ports.filter((port) => !isRouterInterface(port)),
    ),
    ...interfaces,
  ]);
}

/** The compared attributes of a resource as the API shows it. */
export function rowOf(kind: ResourceKind, shown: object): Row {
  const all = shown as Row;
  const row = Object.fromEntries(attributes[kind].map((attribute) => [attribute, all[attribute]]));
  return kind === 'port' ? { ...row, addresses: statefulAddresses(shown as Port) } : row;
}

function statefulAddresses({ fixed_ips }: Port): readonly string[] {
  const addresses = fixed_ips.map(({ ip_address }) => ip_address);
  return addresses.filter((address) => address.startsWith(statefulBlock)).toSorted();
}

/** Whether a port belongs to a router, and so was made by an action and not as a port. */
export function isRouterInterface({ device_owner }: Port): boolean {
  return device_owner === 'network:router_interface';
}

/** The name of a router's interface on a subnet in the ledger. */
export function interfaceReference(router: string | undefined, subnet: string | undefined): Reference {
  return `interface ${router}/${subnet}`;
}
