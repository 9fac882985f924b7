import { type Address, formatAddress } from '../../ip/index.ts';
import type { Key } from '../../kit/index.ts';
import {
  asRouterInterface,
  isTrusted,
  type Network,
  type NetworkId,
  networkTable,
  type Port,
  pairScope,
  portTable,
  type RouterInterface,
  type Subnet,
  type SubnetId,
  subnetTable,
} from '../../resources/index.ts';
import type { Kind } from '../kind.ts';
import type { Lookup } from '../lookup.ts';
import { readBoundAddresses } from './bound-addresses.ts';
import { filteredPortsKey } from './filtered-ports.ts';
import { type PortQos, readPortQos } from './port-qos.ts';
import { readSubPortPlaces, type SubPortPlace } from './port-trunk.ts';
import { routerInterfaces } from './router.ts';

/** Everything that the rows of one port are translated from. */
export interface PortFacts {
  readonly port: Port;
  readonly network: Network | undefined;
  /** Only of a port that a router has. */
  readonly attachment: Attachment | undefined;
  /**
   * Those of the port's addresses that other ports use, as `formatAddress` says them: a port that is bound to no host reserves
   * them, and address pairs of others name them. Virtual routers and load balancers have theirs so.
   */
  readonly lent: ReadonlySet<string>;
  /** Addresses that its guest made and was granted, of those that mean it on other links, too. */
  readonly boundAddresses: readonly Address[];
  /** Only of a port that has a QoS policy, of its own or of its network. */
  readonly qos: PortQos | undefined;
  /** Only of a sub-port of a trunk. */
  readonly place: SubPortPlace | undefined;
}

/** How a router is on a network. */
export interface Attachment extends RouterInterface {
  /** Those that the interface has addresses on. */
  readonly subnets: ReadonlyMap<SubnetId, Subnet>;
  /** The largest MTU among the networks that the router is on, this one included. */
  readonly widestMtuBytes: number;
}

/**
 * A port's parents are looked at with it, as the server deletes a row without a parent. Its security groups are not, as
 * they may have thousands of rules: a port enters a group when both stand in NB.
 */
export const portKind: Kind<PortFacts> = {
  kind: 'port',
  table: portTable,
  async read(lookup, ids) {
    const ports = [...(await lookup.byId(portTable, ids)).values()];
    const networks = await lookup.byId(
      networkTable,
      ports.map(({ networkId }) => networkId),
    );
    const attachments = await readAttachments(lookup, ports);
    const paired = await readPaired(lookup, ports);
    const bound = await readBoundAddresses(lookup, ports);
    const qosOf = await readPortQos(lookup, ports, networks);
    const places = await readSubPortPlaces(lookup, ports);
    return new Map(
      ports.map((port) => {
        const [network, attachment] = [networks.get(port.networkId), attachments.get(port.id)];
        const addresses = { lent: lentAddresses(port, paired), boundAddresses: bound.get(port.id) ?? [] };
        const place = places.get(port.id);
        return [port.id, { port, network, attachment, ...addresses, qos: qosOf(port), place }];
      }),
    );
  },
  related({ port, attachment }) {
    const network: Key = { kind: 'network', id: port.networkId };
    if (attachment) return [network, { kind: 'router', id: attachment.routerId }];
    return isFiltered(port) ? [network, filteredPortsKey] : [network];
  },
};

/** Whether only those packets may pass to and from the port that a security group admits. */
export function isFiltered(port: Port): boolean {
  return port.portSecurityEnabled && !isTrusted(port);
}

/** About a millisecond of work. */
const portsPerQuery = 250;

/** Which addresses of ports that are bound nowhere are in address pairs, as scopes of the claims on those. */
async function readPaired({ reader, turn }: Lookup, ports: readonly Port[]): Promise<ReadonlySet<string>> {
  const unbound = ports.filter(({ hostId }) => hostId === '');
  const found = new Set<string>();
  for (let start = 0; start < unbound.length; start += portsPerQuery) {
    const scopes = unbound.slice(start, start + portsPerQuery).flatMap(ownPairScopes);
    for (const scope of scopes.length > 0 ? await reader.claimedScopes(scopes) : []) found.add(scope);
    await turn();
  }
  return found;
}

function ownPairScopes({ networkId, fixedIps }: Port): readonly string[] {
  return fixedIps.map(({ ipAddress }) => pairScope(networkId, ipAddress));
}

const none: ReadonlySet<string> = new Set();

function lentAddresses({ networkId, fixedIps, hostId }: Port, paired: ReadonlySet<string>): ReadonlySet<string> {
  if (hostId !== '' || paired.size === 0) return none;
  const lent = fixedIps.filter(({ ipAddress }) => paired.has(pairScope(networkId, ipAddress)));
  return new Set(lent.map(({ ipAddress }) => formatAddress(ipAddress)));
}

async function readAttachments(lookup: Lookup, ports: readonly Port[]): Promise<ReadonlyMap<string, Attachment>> {
  const attached = ports.flatMap((port) => asRouterInterface(port) ?? []);
  if (attached.length === 0) return new Map();
  const interfaces = await lookup.related(
    routerInterfaces,
    attached.map(({ routerId }) => routerId),
  );
  const networks = await lookup.byId(
    networkTable,
    [...interfaces.values()].flat().map(({ networkId }) => networkId),
  );
  const subnets = await lookup.byId(
    subnetTable,
    attached.flatMap(({ fixedIps }) => fixedIps.map(({ subnetId }) => subnetId)),
  );
  const mtuOf = ({ networkId }: { readonly networkId: NetworkId }) => networks.get(networkId)?.mtuBytes ?? 0;
  return new Map(
    attached.map((one) => {
      const widestMtuBytes = Math.max(...(interfaces.get(one.routerId) ?? []).map(mtuOf), mtuOf(one));
      return [one.portId, { ...one, subnets, widestMtuBytes }];
    }),
  );
}
