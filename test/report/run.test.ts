import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Context, Row, Site } from '../../gaps/contract.ts';
import { type RunEvent, runRows } from '../../gaps/run.ts';
import { createClient, type Port } from '../../src/client/index.ts';

/** A cloud that no row of these tests speaks to: the runner itself never does either. */
const api = createClient({ endpoint: 'unix:/nonexistent' });
const site: Site = {
  cloud: {
    name: 'nowhere',
    admin: api,
    tenants: [
      { name: 'red', projectId: 'r', api },
      { name: 'blue', projectId: 'b', api },
    ],
  },
  guests: { hosts: ['h1', 'h2'], plug: async (request) => Promise.reject(new Error(`no guest on ${request.host}`)) },
  eyes: { captureUnderlay: async () => Promise.reject(new Error('blind')), countDrops: async (_: Port) => 0 },
};

function aRow(id: string, check: (context: Context) => Promise<void>, timeoutSeconds = 5): Row {
  return { id, title: `row ${id}`, claim: 'c', source: [], timeoutSeconds, check };
}

test('undoes in reverse what a row made, also when it throws, and the error is evidence', async () => {
  const undone: string[] = [];
  const row = aRow('1', async ({ scope, probe }) => {
    scope.defer('network', async () => undone.push('network'));
    scope.defer('port', async () => undone.push('port'));
    await probe.part('something', async (note) => note('seen'));
    throw new Error('the guest is gone');
  });
  const { rows } = await runRows({ rows: [row], site });
  assert.deepEqual(undone, ['port', 'network']);
  assert.equal(rows[0]?.verdict, 'partial');
  assert.match(rows[0]?.evidence.at(-1)?.seen[0] ?? '', /the guest is gone/);
});

test('what could not be undone is a failed part, and the rest is undone all the same', async () => {
  const undone: string[] = [];
  const row = aRow('1', async ({ scope, probe }) => {
    scope.defer('network', async () => undone.push('network'));
    scope.defer('port', () => Promise.reject(new Error('409 in use')));
    await probe.part('something', async () => {});
  });
  const { rows } = await runRows({ rows: [row], site });
  assert.deepEqual(undone, ['network']);
  assert.deepEqual(rows[0]?.evidence.at(-1)?.seen, ['port: 409 in use']);
  assert.equal(rows[0]?.verdict, 'partial');
});

test('a row whose time is over is judged by what it has seen, and what it makes later is undone at once', async () => {
  let undoneLate = false;
  const row = aRow(
    '1',
    async ({ probe, signal, scope }) => {
      await probe.part('seen', async () => {});
      await probe.part('never ends', () => new Promise((end) => signal.addEventListener('abort', () => end())));
      scope.defer('late', async () => {
        undoneLate = true;
      });
    },
    0.05,
  );
  const { rows } = await runRows({ rows: [row], site });
  assert.equal(rows[0]?.verdict, 'partial');
  assert.match(rows[0]?.summary ?? '', /never ends.*ends within 0.05 s/);
  await new Promise(setImmediate);
  assert.ok(undoneLate);
});

test('rows run side by side up to the limit, and verdicts keep the order of the rows', async () => {
  let running = 0;
  let most = 0;
  const row = (id: string) =>
    aRow(id, async ({ probe }) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((end) => setTimeout(end, id === '1' ? 30 : 5));
      running -= 1;
      await probe.part('ran', async () => {});
    });
  const events: RunEvent[] = [];
  const { rows } = await runRows({
    rows: ['1', '2', '3'].map(row),
    site,
    concurrency: 2,
    onEvent: (event) => events.push(event),
  });
  assert.deepEqual(
    rows.map(({ id, verdict }) => `${id} ${verdict}`),
    ['1 yes', '2 yes', '3 yes'],
  );
  assert.equal(most, 2);
  assert.equal(events.filter(({ kind }) => kind === 'finished').length, 3);
});

test('a run that is ended early begins no further row, and undoes what those that ran had made', async () => {
  const begun: string[] = [];
  const undone: string[] = [];
  const over = new AbortController();
  const row = (id: string) =>
    aRow(id, async ({ scope, signal }) => {
      begun.push(id);
      scope.defer('port', async () => undone.push(id));
      over.abort(new Error('whoever asked has gone'));
      await new Promise((end) => signal.addEventListener('abort', end));
    });
  const { rows } = await runRows({ rows: ['1', '2'].map(row), site, concurrency: 1, signal: over.signal });
  assert.deepEqual([begun, undone], [['1'], ['1']]);
  assert.deepEqual(
    rows.map(({ id }) => id),
    ['1'],
  );
  assert.match(rows[0]?.evidence.at(-1)?.seen[0] ?? '', /whoever asked has gone/);
});
