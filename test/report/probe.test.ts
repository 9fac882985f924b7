import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProbe } from '../../gaps/probe.ts';
import { createScope } from '../../gaps/scope.ts';
import { expectRefusal } from '../../gaps/workbench/requests.ts';
import { ApiError, type ApiProblem } from '../../src/client/index.ts';

const problem = (status: number): ApiProblem => ({
  status,
  type: 'SomeType',
  message: 'no',
  detail: '',
  request: 'POST /v2.0/things',
});

/** A collection that answers every request with this status, 201 with a thing, and remembers what was deleted. */
function aCollection(status: number) {
  const deleted: string[] = [];
  const refused = { ok: false, error: problem(status) } as const;
  return {
    deleted,
    create: async () => (status === 201 ? ({ ok: true, value: { id: 'thing' } } as const) : refused),
    async delete(id: string) {
      deleted.push(id);
      return { ok: true, value: undefined } as const;
    },
  };
}

test('only the API’s own no is a refusal: a dead API and a broken one are failures', async () => {
  const probe = createProbe();
  for (const status of [0, 200, 400, 404, 499, 500, 503]) {
    await probe.part(`${status}`, () => Promise.reject(new ApiError(problem(status))));
  }
  assert.deepEqual(
    probe.parts.map(({ part, outcome }) => `${part} ${outcome}`),
    ['0 failed', '200 failed', '400 refused', '404 refused', '499 refused', '500 failed', '503 failed'],
  );
});

test('what must be refused is refused by the API itself, with the status that was asked for', async () => {
  const scope = createScope();
  const ask = (status: number, expected?: number) =>
    expectRefusal({ scope }, aCollection(status), {
      what: 'a thing',
      request: {},
      ...(expected !== undefined && { status: expected }),
    });
  assert.equal((await ask(404)).status, 404);
  assert.equal((await ask(409, 409)).type, 'SomeType');
  await assert.rejects(ask(400, 409), /a thing: refused with 400 rather than 409/);
  await assert.rejects(ask(0), /a thing was not refused: POST .* no answer/);
  await assert.rejects(ask(503), /a thing was not refused: .*503/);
});

test('what is accepted although it must be refused is a failure, and goes with the row', async () => {
  const scope = createScope();
  const things = aCollection(201);
  await assert.rejects(expectRefusal({ scope }, things, { what: 'a thing', request: {} }), /the API accepted a thing/);
  assert.deepEqual(things.deleted, []);
  assert.deepEqual(await scope.close(), []);
  assert.deepEqual(things.deleted, ['thing']);
});
