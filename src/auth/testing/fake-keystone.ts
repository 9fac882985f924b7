import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** Answers about tokens as Keystone does, as long as a test does not want otherwise. */
export interface FakeKeystone {
  readonly url: string;
  /** What is said about each token: its roles in the project `p-<token>`. Deleting one revokes it. */
  readonly tokens: Map<string, readonly string[]>;
  /** How it answers. `silent`: not at all. */
  mood: 'well' | 'broken' | 'garbage' | 'silent';
  /** Requests so far, of each kind. */
  readonly count: { logins: number; questions: number };
  /** Hangs up on so many requests to come. */
  hangUps: number;
  /** Forgets all tokens that it gave out, as with new signing keys. */
  rotate(): void;
  close(): Promise<void>;
}

const lifetimeMs = 3_600_000;

/** Starts one on loopback, with the account neutron whose password is `secret`. */
export async function startFakeKeystone(now = () => Date.now()): Promise<FakeKeystone> {
  const tokens = new Map<string, readonly string[]>();
  const services = new Set<string>();
  const count = { logins: 0, questions: 0 };
  const expires_at = () => new Date(now() + lifetimeMs).toISOString();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const send = (status: number, body: unknown, headers = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    if (keystone.hangUps > 0) {
      keystone.hangUps -= 1;
      return request.socket.destroy();
    }
    if (keystone.mood === 'silent') return;
    if (keystone.mood === 'broken') return send(500, { error: { message: 'broken' } });
    if (keystone.mood === 'garbage') return send(200, { token: { roles: 'none' } });
    if (request.method === 'POST') {
      count.logins += 1;
      const body = JSON.stringify(await json(request));
      if (!body.includes('"name":"neutron"') || !body.includes('"password":"secret"')) return send(401, {});
      const own = `service-${count.logins}`;
      services.add(own);
      return send(201, { token: { expires_at: expires_at() } }, { 'x-subject-token': own });
    }
    count.questions += 1;
    if (!services.has(String(request.headers['x-auth-token']))) return send(401, {});
    const token = String(request.headers['x-subject-token']);
    const roles = tokens.get(token);
    if (!roles) return send(404, {});
    const scope = roles.includes('unscoped') ? {} : { project: { id: `p-${token}` } };
    return send(200, { token: { expires_at: expires_at(), roles: roles.map((name) => ({ name })), ...scope } });
  };
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const keystone: FakeKeystone = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokens,
    mood: 'well',
    hangUps: 0,
    count,
    rotate: () => services.clear(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return keystone;
}
