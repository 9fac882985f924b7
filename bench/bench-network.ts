import type { Guest, InterfaceSettings } from '../gaps/lab/index.ts';
import { type Network, type Port, type Subnet, unwrap } from '../src/client/index.ts';
import type { Site } from './site.ts';

/** A network with one IPv6 SLAAC subnet in a lab, and what hangs on it. */
export interface BenchNetwork {
  readonly network: Network;
  readonly subnet: Subnet;
  /** A port that says on which host it is going to be plugged. */
  createPort(host: string): Promise<Port>;
  /** A guest on a new port. */
  plugGuest(host: string, settings?: InterfaceSettings): Promise<{ readonly guest: Guest; readonly port: Port }>;
  /** Unplugs and deletes all of it. */
  remove(): Promise<void>;
}

export async function createBenchNetwork({ client, lab }: Site): Promise<BenchNetwork> {
  const network = unwrap(await client.networks.create({ name: 'bench' }));
  const subnet = unwrap(
    await client.subnets.create({
      network_id: network.id,
      ip_version: 6,
      cidr: '2001:db8:be:2::/64',
      ipv6_ra_mode: 'slaac',
      ipv6_address_mode: 'slaac',
    }),
  );
  const guests: Guest[] = [];
  const createPort = async (host: string) =>
    unwrap(await client.ports.create({ network_id: network.id, 'binding:host_id': host }));
  return {
    network,
    subnet,
    createPort,
    async plugGuest(host, settings = {}) {
      const port = await createPort(host);
      const guest = await lab.plug({ host, port, mtu: network.mtu, settings });
      guests.push(guest);
      return { guest, port };
    },
    async remove() {
      for (const guest of guests) await guest.remove();
      for (const { id } of unwrap(await client.ports.list({ network_id: network.id }))) {
        unwrap(await client.ports.delete(id));
      }
      unwrap(await client.networks.delete(network.id));
    },
  };
}

/** The fixed address of a port, which has one. */
export function addressOf({ id, fixed_ips }: Port): string {
  const [first] = fixed_ips;
  if (!first) throw new Error(`port ${id} has no fixed address`);
  return first.ip_address;
}
