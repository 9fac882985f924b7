import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import { recordedLog } from '../../src/openflow/testing/recorded-log.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../src/store/testing/postgres-server.ts';
import { type Answer, type Body, type Made, startApi, type TestApi } from './harness.ts';

const programs = findPostgres();
const skip = programs === undefined && 'skipped: PostgreSQL is not installed';

/** Enough that a list of them is streamed in several pages. */
const seeded = 150;

/** What the log may say of four outages, and of five times that connections were ended. */
const mostLines = 4 * 2 + 5;

/** The values that a client may find in the end: `undefined` means that the thing is not there. */
type Allowed = readonly (string | undefined)[];

describe('while PostgreSQL goes and comes', { skip }, () => {
  let server: PostgresServer;
  let database: string;
  let api: TestApi;
  const { log, said } = recordedLog();
  before(async () => {
    server = await startPostgres(programs ?? '');
    database = await server.createDatabase();
    api = await startApi({ database, patience: milliseconds(300), log });
  });
  after(async () => {
    await api.close();
    await server.stop();
  });

  test('each request succeeds or is answered 503, and no answer is a lie', async (t) => {
    await seed(api);
    const load = startLoad(api);
    for (const end of [
      () => server.end('SIGINT'),
      () => server.end('SIGQUIT'),
      () => server.end('SIGKILL'),
      async () => {
        for (let round = 0; round < 5; round += 1) {
          await server.terminateBackends(database, 'random() < 0.5');
          await load.goesOn(3);
        }
        await server.end('SIGINT');
      },
    ]) {
      await load.goesOn(20);
      await end();
      await load.isRefused();
      await server.start();
    }
    await load.goesOn(20);
    await load.stop();
    t.diagnostic(JSON.stringify(Object.fromEntries(load.counts)));
    const { json } = await api.call('GET', '/v2.0/networks?fields=name&fields=description');
    const found = new Map(
      (json.networks as Body[]).map(({ name, description }) => [String(name), String(description)]),
    );
    const lies = [...load.allowed].filter(([name, allowed]) => !allowed.includes(found.get(name)));
    assert.deepEqual(lies, []);
    assert.deepEqual(load.strange, []);
    // An outage may be seen while it begins and while it ends. Dozens of connections were lost.
    assert.ok(said.length <= mostLines, said.join('\n'));
  });
});

async function seed(api: TestApi): Promise<void> {
  const networks = Array.from({ length: seeded }, (_, index) => ({
    name: `seed ${index}`,
    description: 'x'.repeat(255),
  }));
  const { status } = await api.call('POST', '/v2.0/networks', { body: { networks } });
  assert.equal(status, 201);
}

/** Clients that write, read and list as fast as they are answered, and what they were told. */
function startLoad(api: TestApi) {
  const allowed = new Map<string, Allowed>();
  const counts = new Map<string, number>();
  const strange: unknown[] = [];
  let isOver = false;
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const note = (method: string, answer: Answer, expected: readonly number[]) => {
    count(`${method} ${answer.status}`);
    const isRefusal =
      answer.status === 503 && answer.headers.get('retry-after') === '1' && typeOf(answer) === 'ServiceUnavailable';
    if (!expected.includes(answer.status) && !isRefusal) strange.push([method, answer.status, answer.json]);
    return answer.status !== 503;
  };
  const repeat = async (step: (turn: number) => Promise<void>) => {
    for (let turn = 0; !isOver; turn += 1) await step(turn);
  };
  /** The states that are right after this answer to a change: the new one, the old one, or either. */
  const after = (answer: Answer, before: Allowed, next: string | undefined): Allowed => {
    if (answer.status !== 503) return [next];
    return messageOf(answer).includes('may have been made') ? [...before, next] : before;
  };
  const write = async (name: string) => {
    const made = await api.call('POST', '/v2.0/networks', { body: { network: { name, description: 'made' } } });
    const isMade = note('POST', made, [201]);
    allowed.set(name, after(made, [undefined], 'made'));
    if (!isMade) return;
    const path = `/v2.0/networks/${(made.json.network as Made).id}`;
    const changed = await api.call('PUT', path, { body: { network: { description: 'changed' } } });
    note('PUT', changed, [200]);
    allowed.set(name, after(changed, allowed.get(name) ?? [], 'changed'));
    const shown = await api.call('GET', path);
    if (note('GET', shown, [200])) {
      const { description } = shown.json.network as Body;
      if (!allowed.get(name)?.includes(String(description))) strange.push(['read', name, description]);
    }
    if (Math.random() < 0.5) return;
    const deleted = await api.call('DELETE', path);
    note('DELETE', deleted, [204]);
    allowed.set(name, after(deleted, allowed.get(name) ?? [], undefined));
  };
  const list = async () => {
    const response = await fetch(`${api.url}/v2.0/networks`);
    const text = await response.text().catch(() => undefined);
    if (text === undefined) return count('list broken off');
    const answer = { status: response.status, headers: response.headers, json: JSON.parse(text) as Body };
    if (note('list', answer, [200]) && (answer.json.networks as Body[]).length < seeded)
      strange.push('a list is short');
  };
  const clients = [0, 1, 2, 3, 4, 5].map((client) => repeat((turn) => write(`${client}-${turn}`)));
  for (let client = 0; client < 2; client += 1) clients.push(repeat(async () => void (await list())));
  const seeMore = async (what: string, sum: () => number, more: number) => {
    const target = sum() + more;
    await waitFor(what, () => sum() >= target, { within: milliseconds(30_000) });
  };
  const sumOf = (...kinds: readonly string[]) => kinds.reduce((sum, kind) => sum + (counts.get(kind) ?? 0), 0);
  return {
    allowed,
    counts,
    strange,
    goesOn: (more: number) => seeMore('writes to go on', () => sumOf('POST 201'), more),
    isRefused: () => seeMore('writes and reads to be refused', () => Math.min(sumOf('POST 503'), sumOf('list 503')), 2),
    async stop() {
      isOver = true;
      await Promise.all(clients);
    },
  };
}

function typeOf({ json }: Answer): unknown {
  return (json.NeutronError as Body | undefined)?.type;
}

function messageOf({ json }: Answer): string {
  return String((json.NeutronError as Body | undefined)?.message);
}
