import { type Client, createClient, type Endpoint, type Port, parseEndpoint, unwrap } from '../src/client/index.ts';
import { runLoad } from './load/run-load.ts';

/** A Networking API under load, and the network that takes the ports. */
export interface ApiTarget {
  readonly endpoint: Endpoint;
  readonly token: string | undefined;
  readonly client: Client;
  /** What a port is created with. The subnet gives addresses by SLAAC: one IPv6 address for each port. */
  readonly port: { readonly port: { readonly network_id: string } };
  /** Adds ports until there are at least so many, and answers their ids. */
  ensurePorts(count: number): Promise<readonly string[]>;
  /** Removes all that was made. */
  remove(): Promise<void>;
}

export interface ApiTargetOptions {
  readonly endpoint: string;
  readonly token?: string | undefined;
}

/** Makes a network and a subnet at the endpoint. */
export async function openApiTarget({ endpoint: text, token }: ApiTargetOptions): Promise<ApiTarget> {
  const endpoint = parseEndpoint(text);
  if (!endpoint) throw new Error(`not an endpoint (http://host:port or unix:/path): ${text}`);
  const credentials = token === undefined ? ({ kind: 'none' } as const) : ({ kind: 'token', token } as const);
  const client = createClient({ endpoint: text, credentials });
  const network = unwrap(await client.networks.create({ name: 'bench' }));
  unwrap(
    await client.subnets.create({
      network_id: network.id,
      ip_version: 6,
      cidr: '2001:db8:be:1::/64',
      ipv6_ra_mode: 'slaac',
      ipv6_address_mode: 'slaac',
    }),
  );
  const target: ApiTarget = {
    endpoint,
    token,
    client,
    port: { port: { network_id: network.id } },
    async ensurePorts(count) {
      const ids = await listPorts(client, network.id);
      if (ids.length >= count) return ids;
      const requests = count - ids.length;
      const job = {
        method: 'POST',
        paths: ['/v2.0/ports'],
        body: target.port,
        concurrency: 8,
        seconds: 3_600,
      } as const;
      await runLoad(target, { ...job, requests, warmUp: 0 });
      return await listPorts(client, network.id);
    },
    async remove() {
      const paths = (await listPorts(client, network.id)).map((id) => `/v2.0/ports/${id}`);
      const job = { method: 'DELETE', paths, concurrency: 8, seconds: 3_600 } as const;
      if (paths.length > 0) await runLoad(target, { ...job, requests: paths.length, warmUp: 0 });
      unwrap(await client.networks.delete(network.id));
      await client.close();
    },
  };
  return target;
}

export function headersOf(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { 'x-auth-token': token };
}

async function listPorts(client: Client, networkId: string): Promise<readonly Port['id'][]> {
  const ports = unwrap(await client.ports.list({ network_id: networkId, fields: 'id' }));
  return ports.map(({ id }) => id);
}
