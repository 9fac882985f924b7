import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import { recordedLog } from '../../src/openflow/testing/recorded-log.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../src/store/testing/postgres-server.ts';
import { type Answer, type Body, type Made, startApi, type TestApi } from './harness.ts';

const programs = findPostgres();
const skip = programs === undefined && 'skipped: PostgreSQL is not installed';

/** What docs/operating.md promises for a request. */
const promised = milliseconds(15_000);

describe('a PostgreSQL that hangs', { skip }, () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres(programs ?? '');
  });
  after(() => server.stop());

  test('keeps no request waiting for long, is told of once, and is gone on with when it answers again', async () => {
    const { log, said } = recordedLog();
    const api = await startApi({ database: await server.createDatabase(), log });
    try {
      const network = await api.create('networks');
      await server.freeze();
      const health = settled(api, 'GET', '/healthcheck');
      const requests = Array.from({ length: 20 }, (_, index) => [
        settled(api, 'POST', '/v2.0/networks', { networks: networksOf(index) }),
        settled(api, 'GET', `/v2.0/networks/${network.id}`),
        settled(api, 'GET', '/v2.0/networks'),
      ]).flat();
      assert.match(JSON.stringify((await health()).json.reasons), /has not answered|does not answer/);
      assert.ok(requests.every((request) => request.isUnderWay()));
      const answers: Answer[] = [];
      for (const request of requests) answers.push(await request());
      assert.deepEqual(
        answers.map(({ status }) => status),
        answers.map(() => 503),
      );
      await server.thaw();
      await waitFor('the health', async () => (await api.call('GET', '/healthcheck')).status === 200);
      await api.create('networks', { name: 'after' });
      const { json } = await api.call('GET', '/v2.0/networks');
      assert.deepEqual(
        new Set((json.networks as Made[]).map(({ id, name }) => (id === network.id ? 'before' : name))),
        new Set(['before', 'after']),
      );
      assert.deepEqual(
        said.filter((line) => !line.startsWith('error store: the database does not answer')),
        [],
      );
      assert.equal(said.length, 1, said.join('\n'));
    } finally {
      await server.thaw();
      await api.close();
    }
  });
});

/** One thing, or enough for a bulk of several units. */
function networksOf(index: number): readonly Body[] {
  return Array.from({ length: index % 2 === 0 ? 1 : 20 }, () => ({ name: 'frozen' }));
}

/** A request under way; its answer fails when it does not come in the time that is promised. */
function settled(api: TestApi, method: string, path: string, body?: Body) {
  let isUnderWay = true;
  let answer: Answer | undefined;
  const calling = api.call(method, path, { body }).then((its) => {
    answer = its;
    isUnderWay = false;
  });
  const wait = async () => {
    await Promise.race([
      calling,
      waitFor(`${method} ${path}`, () => answer, { within: promised, every: milliseconds(100) }),
    ]);
    assert.ok(answer);
    return answer;
  };
  return Object.assign(wait, { isUnderWay: () => isUnderWay });
}
