import { ApiError, type Client, createClient, type Port, parseEndpoint, unwrap } from '../src/client/index.ts';
import { type LoadTarget, runLoad } from './load/run-load.ts';

/** A Networking API under load, and the network that takes the ports. */
export interface ApiTarget extends LoadTarget {
  readonly client: Client;
  /** What a port is created with. The subnet gives addresses by SLAAC: one IPv6 address for each port. */
  readonly port: { readonly port: { readonly network_id: string } };
  /** Adds ports until there are at least so many, and answers their ids. */
  ensurePorts(count: number): Promise<readonly string[]>;
  /** Removes all that was made. */
  remove(): Promise<void>;
}

/** The API to put under load, and how it knows us. */
export interface ApiTargetOptions {
  readonly endpoint: string;
  readonly token?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Makes a network and a subnet at the endpoint. */
export async function openApiTarget({ endpoint: text, token, signal }: ApiTargetOptions): Promise<ApiTarget> {
  const endpoint = parseEndpoint(text);
  if (!endpoint) throw new Error(`not an endpoint (http://host:port or unix:/path): ${text}`);
  const credentials = token === undefined ? ({ kind: 'none' } as const) : ({ kind: 'token', token } as const);
  const client = createClient({ endpoint: text, credentials });
  const networkId = await createNetwork(client).catch(async (error: unknown) => {
    await client.close();
    throw error;
  });
  const target: ApiTarget = {
    endpoint,
    token,
    signal,
    client,
    port: { port: { network_id: networkId } },
    async ensurePorts(count) {
      const ids = await listPorts(client, networkId);
      if (ids.length >= count) return ids;
      const requests = count - ids.length;
      await runLoad(target, { ...filling, method: 'POST', paths: ['/v2.0/ports'], body: target.port, requests });
      return await listPorts(client, networkId);
    },
    async remove() {
      try {
        await removeNetwork(target, networkId);
      } finally {
        await client.close();
      }
    },
  };
  return target;
}

/** Load that is not measured. */
const filling = { concurrency: 8, seconds: 3_600, warmUp: 0 } as const;

/** A network with a subnet, or none. */
async function createNetwork(client: Client): Promise<string> {
  const { id } = unwrap(await client.networks.create({ name: 'bench' }));
  const subnet = await client.subnets.create({
    network_id: id,
    ip_version: 6,
    cidr: '2001:db8:be:1::/64',
    ipv6_ra_mode: 'slaac',
    ipv6_address_mode: 'slaac',
  });
  if (!subnet.ok) await client.networks.delete(id);
  unwrap(subnet);
  return id;
}

/** Again while it is in use: what was under way when a load was cut short may make ports after they were listed. */
async function removeNetwork({ endpoint, token, client }: ApiTarget, id: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const paths = (await listPorts(client, id)).map((port) => `/v2.0/ports/${port}`);
    const request = { ...filling, method: 'DELETE', paths, requests: paths.length } as const;
    if (paths.length > 0) await runLoad({ endpoint, token }, request); // not cut short by any signal
    const answer = await client.networks.delete(id);
    if (answer.ok) return;
    if (answer.error.status !== 409 || attempt === 5) throw new ApiError(answer.error);
  }
}

async function listPorts(client: Client, networkId: string): Promise<readonly Port['id'][]> {
  const ports = unwrap(await client.ports.list({ network_id: networkId, fields: 'id' }));
  return ports.map(({ id }) => id);
}
