import { readFile } from 'node:fs/promises';
import {
  type Guest,
  type Lab,
  openLab,
  type PlugRequest,
  type Service,
  type Sextant,
  startSextant,
} from '../../gaps/lab/index.ts';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import {
  type Client,
  createClient,
  type Network,
  type Port,
  type PortCreate,
  type Subnet,
  unwrap,
} from '../../src/client/index.ts';

/** Generous: how long anything may take on a loaded machine before a test calls it missing. */
export const patience = milliseconds(20_000);

/** A whole cloud in this namespace: central, hosts, controller and agents, as processes that can be killed. */
export interface Cloud {
  readonly lab: Lab;
  readonly sextant: Sextant;
  readonly controller: Service;
  readonly api: Client;
  /** The agent of a host. */
  agent(host: string): Service;
  /** Binds the port to the host and plugs a guest into it. */
  plug(port: Port, host: string, options?: Partial<PlugRequest>): Promise<Guest>;
  /** Resolves when the API shows this status. */
  seeStatus(port: Port, status: string): Promise<Port>;
  close(): Promise<void>;
}

/** Opens a lab with Sextant on it. Everything is closed again when a part fails to start. */
export async function openCloud({ hosts = 2 }: { readonly hosts?: number } = {}): Promise<Cloud> {
  const lab = await openLab({ hosts });
  try {
    const sextant = await startSextant(lab);
    const { controller } = sextant;
    if (!controller) throw new Error('the lab started no controller');
    const api = createClient({ endpoint: sextant.endpoint });
    return {
      lab,
      sextant,
      controller,
      api,
      agent(host) {
        const agent = sextant.agents.get(host);
        if (!agent) throw new Error(`there is no agent on ${host}`);
        return agent;
      },
      async plug(port, host, options = {}) {
        const bound = unwrap(await api.ports.update(port.id, { 'binding:host_id': host }));
        const { mtu } = unwrap(await api.networks.show(port.network_id));
        return lab.plug({ host, port: bound, mtu, ...(port.name !== '' && { name: port.name }), ...options });
      },
      seeStatus: (port, status) => seeStatus(api, port, status),
      async close() {
        await api.close();
        await sextant.stop();
        await lab.close();
      },
    };
  } catch (error) {
    await lab.close();
    throw error;
  }
}

function seeStatus(api: Client, { id, name }: Port, status: string): Promise<Port> {
  return waitFor(
    `port ${name || id} to be ${status}`,
    async () => {
      const port = unwrap(await api.ports.show(id));
      return port.status === status && port;
    },
    { within: patience },
  );
}

/** How guests get their addresses on a subnet, as `ipv6_ra_mode` and `ipv6_address_mode` name it. */
export type Mode = 'slaac' | 'dhcpv6-stateful' | 'dhcpv6-stateless';

/** A network with one IPv6 subnet. */
export async function createNetwork(
  api: Client,
  { name, cidr, mode = 'slaac' }: { readonly name: string; readonly cidr: string; readonly mode?: Mode },
): Promise<{ readonly network: Network; readonly subnet: Subnet }> {
  const network = unwrap(await api.networks.create({ name }));
  const modes = { ipv6_ra_mode: mode, ipv6_address_mode: mode };
  const subnet = unwrap(await api.subnets.create({ network_id: network.id, ip_version: 6, cidr, ...modes }));
  return { network, subnet };
}

/** Makes a port on a network. Throws when the API refuses. */
export async function createPort(api: Client, network: Network, wanted: Partial<PortCreate> = {}): Promise<Port> {
  return unwrap(await api.ports.create({ network_id: network.id, ...wanted }));
}

/** The port's first address. */
export function addressOf({ id, fixed_ips: [first] }: Port): string {
  if (!first) throw new Error(`port ${id} has no address`);
  return first.ip_address;
}

/** Echo requests without a pause, and how many of them stayed unanswered. */
export interface Pinging {
  /** Resolves when echoes go through: several in a row that were sent from now on. */
  flows(): Promise<void>;
  /** Ends it. Lost requests are counted up to the last reply, as the last request may still be under way. */
  stop(): Promise<{ readonly received: number; readonly lost: number }>;
}

/** Pings ten times a second until it is stopped. */
export function startPinging(guest: Guest, target: string): Pinging {
  const background = guest.spawn(['ping', '-n', '-i', '0.1', '-W', '1', target]);
  const replies = () => [...background.output().matchAll(/bytes from .*icmp_seq=(\d+)/g)].map(([, seq]) => Number(seq));
  return {
    async flows() {
      const before = replies().length;
      await waitFor(`replies of ${target} to ${guest.name}`, () => replies().length >= before + 5, {
        within: patience,
      });
    },
    async stop() {
      await background.stop('SIGINT');
      const seen = new Set(replies());
      return { received: seen.size, lost: Math.max(0, ...seen) - seen.size };
    },
  };
}

/** Milliseconds that something took, for the log of a test: figures are reported, not asserted. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly took: number }> {
  const begin = performance.now();
  const value = await work();
  return { value, took: Math.round(performance.now() - begin) };
}

/** Every row of NB with all its columns, as lines that compare: what a rebuilt projection must repeat. */
export async function projection({ lab }: Cloud): Promise<readonly string[]> {
  const schema = JSON.parse(await readFile('/usr/share/ovn/ovn-nb.ovsschema', 'utf8')) as { readonly tables: object };
  // Left out: tables that northd and ovn-nbctl write, and the server's connections.
  const tables = Object.keys(schema.tables).filter((table) => !['NB_Global', 'Connection', 'SSL'].includes(table));
  const lists = await Promise.all(
    tables.map(async (table) => {
      const rows = await lab.central.nbctl('--format=csv', '--no-heading', 'list', table);
      return rows.split('\n').flatMap((row) => (row === '' ? [] : `${table}: ${row}`));
    }),
  );
  return lists.flat().toSorted();
}
