import type { Guest, InterfaceSettings } from '../gaps/lab/index.ts';
import { type Network, type Port, unwrap } from '../src/client/index.ts';
import type { Site } from './site.ts';

/** A network with one IPv6 SLAAC subnet in a lab, and what hangs on it. */
export interface BenchNetwork {
  readonly network: Network;
  /** A port that says on which host it is going to be plugged. */
  createPort(host: string): Promise<Port>;
  /** A guest on a new port. */
  plugGuest(host: string, settings?: InterfaceSettings): Promise<{ readonly guest: Guest; readonly port: Port }>;
}

/** Measures on a network of its own, which is unplugged and deleted afterwards, also when a measurement breaks off. */
export async function withBenchNetwork<T>(site: Site, measure: (network: BenchNetwork) => Promise<T>): Promise<T> {
  const { client, lab } = site;
  const network = unwrap(await client.networks.create({ name: 'bench' }));
  const guests: Guest[] = [];
  const createPort = async (host: string) =>
    unwrap(await client.ports.create({ network_id: network.id, 'binding:host_id': host }));
  const plugGuest = async (host: string, settings: InterfaceSettings = {}) => {
    const port = await createPort(host);
    const guest = await lab.plug({ host, port, mtu: network.mtu, settings });
    guests.push(guest);
    return { guest, port };
  };
  try {
    await createSubnet(site, network.id);
    return await measure({ network, createPort, plugGuest });
  } finally {
    for (const guest of guests) await guest.remove();
    await deleteNetwork(site, network.id);
  }
}

async function createSubnet({ client }: Site, networkId: string): Promise<void> {
  unwrap(
    await client.subnets.create({
      network_id: networkId,
      ip_version: 6,
      cidr: '2001:db8:be:2::/64',
      ipv6_ra_mode: 'slaac',
      ipv6_address_mode: 'slaac',
    }),
  );
}

async function deleteNetwork({ client }: Site, id: string): Promise<void> {
  for (const port of unwrap(await client.ports.list({ network_id: id }))) unwrap(await client.ports.delete(port.id));
  unwrap(await client.networks.delete(id));
}

/** The fixed address of a port, which has one. */
export function addressOf({ id, fixed_ips }: Port): string {
  const [first] = fixed_ips;
  if (!first) throw new Error(`port ${id} has no fixed address`);
  return first.ip_address;
}
