import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { waitFor } from '../src/base/index.ts';

test('leaves nothing at an endpoint when it is stopped', async (context) => {
  const api = await serveApi(context);
  const bench = run('--endpoint', api.endpoint, '--only', 'port_post_p50_ms_c1');
  await waitFor('ports to be made', () => api.ports.size > 20);
  bench.kill('SIGTERM');
  assert.deepEqual(await once(bench, 'exit'), [130, null]);
  assert.deepEqual([...api.networks, ...api.ports], []);
});

test('leaves no network where its subnet is refused', async (context) => {
  const api = await serveApi(context, { refused: '/v2.0/subnets' });
  const bench = run('--endpoint', api.endpoint, '--only', 'port_post_p50_ms_c1');
  assert.deepEqual(await once(bench, 'exit'), [1, null]);
  assert.deepEqual([...api.networks], []);
});

for (const { words, complaint } of [
  { words: ['--only', 'nosuch'], complaint: /^bench: no such figure: nosuch\n$/ },
  { words: ['--onyl', 'x'], complaint: /^bench: Unknown option '--onyl'/ },
  { words: ['--endpoint', 'localhost'], complaint: /^bench: --endpoint takes .*, not localhost\n$/ },
  { words: ['--endpoint', 'unix:/x', '--only', 'ra_reply_p99_ms'], complaint: /no such figure of an API: ra_reply/ },
]) {
  test(`says what is wrong with: ${words.join(' ')}`, async () => {
    const bench = run(...words);
    let said = '';
    bench.stderr?.setEncoding('utf8').on('data', (part: string) => {
      said += part;
    });
    const [code] = await once(bench, 'close');
    assert.equal(code, 2);
    assert.match(said, complaint);
  });
}

function run(...words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'run.ts'), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A Networking API that keeps networks and ports, and refuses to delete a network that has ports. */
async function serveApi(context: TestContext, { refused = '' } = {}) {
  const networks = new Set<string>();
  const ports = new Set<string>();
  const kept: Record<string, Set<string>> = { networks, ports, subnets: new Set() };
  let last = 0;
  const answer = ({ method, url = '' }: IncomingMessage): { status: number; body?: object } => {
    const [, , many = '', id = ''] = url.replace(/\?.*/, '').split('/');
    const one = many.replace(/s$/, '');
    if (url === refused) return { status: 400, body: { NeutronError: { type: 'BadRequest', message: 'refused' } } };
    if (method === 'GET')
      return { status: 200, body: { [many]: [...(kept[many] ?? [])].map((name) => ({ id: name })) } };
    if (method === 'POST') {
      last += 1;
      kept[many]?.add(`${last}`);
      return { status: 201, body: { [one]: { id: `${last}` } } };
    }
    if (many === 'networks' && ports.size > 0) return { status: 409, body: {} };
    return { status: kept[many]?.delete(id) ? 204 : 404 };
  };
  const folder = await mkdtemp(join(tmpdir(), 'bench-api-'));
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const { status, body } = answer(request);
      response.writeHead(status).end(body && JSON.stringify(body));
    });
  });
  await once(server.listen(join(folder, 'api.sock')), 'listening');
  context.after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  return { endpoint: `unix:${join(folder, 'api.sock')}`, networks, ports };
}
