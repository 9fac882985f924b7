import { type Client, unwrap } from '../src/client/index.ts';
import type { LargeSiteOptions, SeededNetwork, SeededPort } from './large-site-parts.ts';

/** Ports in one request, and requests under way at a time. */
const bulk = { ports: 50, requests: 4 };

/** Networks that a router joins. */
const networksPerRouter = 10;

/**
 * Makes networks with an IPv6 SLAAC and an IPv4 subnet each, a router for every ten of them, and the ports. A host has its
 * ports on half of the networks, and each network is on half of the hosts.
 */
export async function seedCloud(
  client: Client,
  { hosts, portsPerHost, networks: count, progress = () => {} }: LargeSiteOptions,
): Promise<{ readonly networks: readonly SeededNetwork[]; readonly ports: readonly SeededPort[] }> {
  const networks: SeededNetwork[] = [];
  for (let index = 0; index < count; index += 1) networks.push(await createNetwork(client, index));
  for (let index = 0; index < count; index += networksPerRouter)
    await joinByRouter(client, networks.slice(index, index + networksPerRouter));
  const wanted = Array.from({ length: hosts * portsPerHost }, (_, index) => {
    const host = Math.floor(index / portsPerHost);
    // Two neighbours share a network; the hosts with odd numbers have the second half of the networks.
    const slot = Math.floor((index % portsPerHost) / 2) % (count / 2);
    const network = networks[(host % 2) * (count / 2) + slot];
    return { network_id: network?.id ?? '', 'binding:host_id': `h${host + 1}` };
  });
  return { networks, ports: await createPorts(client, wanted, progress) };
}

async function createNetwork(client: Client, index: number): Promise<SeededNetwork> {
  const { id } = unwrap(await client.networks.create({ name: `n${index}` }));
  const modes = { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' } as const;
  const hex = index.toString(16);
  const ipv6 = { network_id: id, ip_version: 6, cidr: `2001:db8:${hex}::/64`, ...modes } as const;
  const ipv4 = { network_id: id, ip_version: 4, cidr: `10.${index}.0.0/16` } as const;
  const { id: ipv6SubnetId } = unwrap(await client.subnets.create(ipv6));
  const { id: ipv4SubnetId } = unwrap(await client.subnets.create(ipv4));
  return { id, ipv6SubnetId, ipv4SubnetId };
}

async function joinByRouter(client: Client, networks: readonly SeededNetwork[]): Promise<void> {
  const router = unwrap(await client.routers.create({ name: 'r' }));
  for (const { ipv6SubnetId, ipv4SubnetId } of networks) {
    unwrap(await client.routers.addRouterInterface(router.id, { subnet_id: ipv6SubnetId }));
    unwrap(await client.routers.addRouterInterface(router.id, { subnet_id: ipv4SubnetId }));
  }
}

interface WantedPort {
  readonly network_id: string;
  readonly 'binding:host_id': string;
}

async function createPorts(
  client: Client,
  wanted: readonly WantedPort[],
  progress: (text: string) => void,
): Promise<readonly SeededPort[]> {
  const made: SeededPort[] = [];
  let next = 0;
  const worker = async () => {
    while (next < wanted.length) {
      const some = wanted.slice(next, next + bulk.ports);
      next += some.length;
      const answer = unwrap(await client.request('POST', '/v2.0/ports', { ports: some }));
      for (const port of (answer as unknown as CreatedPorts).ports)
        made.push({ id: port.id, networkId: port.network_id, host: port['binding:host_id'] });
      if (next % 10_000 === 0) progress(`${next} of ${wanted.length} ports`);
    }
  };
  await Promise.all(Array.from({ length: bulk.requests }, worker));
  return made;
}

interface CreatedPorts {
  readonly ports: readonly (WantedPort & { readonly id: string })[];
}
