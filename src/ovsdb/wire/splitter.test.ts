import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FramingError, Splitter } from './splitter.ts';

type Seen = ['row', string | undefined, string, string, unknown] | ['message', unknown];

/** Feeds the bytes in chunks cut at the given places and writes down what comes out. */
function split(bytes: Buffer, cuts: readonly number[], wanted: (monitor?: string) => boolean = () => true): Seen[] {
  const seen: Seen[] = [];
  const splitter = new Splitter({
    rowsFor: (monitor) =>
      wanted(monitor) ? (table, uuid, row) => seen.push(['row', monitor, table, uuid, row]) : undefined,
    onMessage: (message) => seen.push(['message', message]),
  });
  const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  for (const [index, from] of places.entries()) splitter.push(bytes.subarray(from, places[index + 1] ?? bytes.length));
  return seen;
}

const text = fc.string({ unit: 'binary', maxLength: 12 });
const row = fc.dictionary(text, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 });
const tables = fc.dictionary(text, fc.dictionary(text, row, { maxKeys: 4 }), { maxKeys: 3 });
const reply = tables.chain((updates) =>
  fc
    .constantFrom<unknown>(
      { id: 7, error: null, result: updates },
      { result: [true, 'f00d', updates], id: 'x{"', error: null },
    )
    .map((message) => ({ message, monitor: undefined, updates })),
);
const notification = fc
  .tuple(tables, text)
  .chain(([updates, monitor]) =>
    fc
      .constantFrom<unknown>(
        { method: 'update3', params: [monitor, 'f00d', updates], id: null },
        { params: [monitor, updates], method: 'update', id: null },
      )
      .map((message) => ({ message, monitor, updates })),
  );

test('yields the same rows and messages however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(reply, notification), { maxLength: 4 }),
      fc.array(fc.nat(4000), { maxLength: 20 }),
      fc.constantFrom(0, 1, 2),
      (sent, cuts, indent) => {
        const bytes = Buffer.from(
          sent.map(({ message }) => JSON.stringify(message, null, indent)).join(indent ? '\n' : ''),
        );
        const places = cuts.filter((cut) => cut < bytes.length);
        assert.deepEqual(split(bytes, places), sent.flatMap(expected));
      },
    ),
  );
});

test('yields the same when every byte comes alone', () => {
  fc.assert(
    fc.property(fc.oneof(reply, notification), (sent) => {
      const bytes = Buffer.from(JSON.stringify(sent.message));
      assert.deepEqual(split(bytes, [...bytes.keys()]), expected(sent));
    }),
    { numRuns: 30 },
  );
});

test('leaves objects in the message that nobody wants as rows', () => {
  const message = { id: 1, error: null, result: [{ uuid: ['uuid', 'x'] }, { rows: [{ a: 1 }] }] };
  assert.deepEqual(
    split(Buffer.from(JSON.stringify(message)), [5, 17], () => false),
    [['message', message]],
  );
});

test('keeps two monitors apart', () => {
  const update = (monitor: string) => ({
    method: 'update2',
    id: null,
    params: [monitor, { T: { u: { insert: {} } } }],
  });
  const bytes = Buffer.from(JSON.stringify(update('a')) + JSON.stringify(update('b')));
  assert.deepEqual(
    split(bytes, [], (monitor) => monitor === 'b'),
    [
      ['message', update('a')],
      ['row', 'b', 'T', 'u', { insert: {} }],
      ['message', { method: 'update2', id: null, params: ['b', {}] }],
    ],
  );
});

for (const garbage of ['HTTP/1.1 400', '[1]', '"x"', '{"id":1}}', '{"id":1},{}']) {
  test(`rejects ${garbage}`, () => {
    assert.throws(() => split(Buffer.from(garbage), []), FramingError);
  });
}

for (const garbage of ['{"id":1]', '{"id"}', '{"result":{"T":{"u":{"initial":nul}}}}']) {
  test(`rejects malformed JSON: ${garbage}`, () => {
    assert.throws(() => split(Buffer.from(garbage), []), SyntaxError);
  });
}

interface Sent {
  readonly message: unknown;
  readonly monitor: string | undefined;
  readonly updates: Record<string, Record<string, unknown>>;
}

/** The result that JSON.parse of the whole would give: the rows in order, then the message with its tables emptied. */
function expected({ message, monitor, updates }: Sent): Seen[] {
  const rows = Object.entries(updates).flatMap(([table, byUuid]) =>
    Object.entries(byUuid).map(([uuid, value]): Seen => ['row', monitor, table, uuid, json(value)]),
  );
  const emptied = JSON.parse(JSON.stringify(message, (_key, value) => (value === updates ? {} : value)));
  return [...rows, ['message', emptied]];
}

function json(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
