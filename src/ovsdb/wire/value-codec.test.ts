import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ColumnType } from '../schema.ts';
import type { Atom, Value } from '../value.ts';
import { applyDifference, decodeValue, defaultValue, encodeValue, sameValue, ValueError } from './value-codec.ts';

const text: ColumnType = { kind: 'scalar', key: 'string' };
const optional: ColumnType = { kind: 'optional', key: 'integer' };
const set: ColumnType = { kind: 'set', key: 'integer' };
const map: ColumnType = { kind: 'map', key: 'string', value: 'string' };
const slots: ColumnType = { kind: 'map', key: 'integer', value: 'uuid' };

const integer = fc.maxSafeInteger();
const smallSet = fc.uniqueArray(fc.nat(20));
const smallMap = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'), fc.constantFrom('1', '2'));

const columns: readonly [ColumnType, fc.Arbitrary<Value>][] = [
  [text, fc.string({ unit: 'binary' })],
  [optional, fc.option(integer, { nil: undefined })],
  [set, fc.uniqueArray(integer)],
  [{ kind: 'set', key: 'uuid' }, fc.uniqueArray(fc.uuid())],
  [{ kind: 'scalar', key: 'uuid' }, fc.uuid()],
  [
    { kind: 'scalar', key: 'real' },
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Object.is(x, -0)),
  ],
  [map, smallMap],
  [slots, fc.dictionary(fc.nat().map(String), fc.uuid())],
];

for (const [type, values] of columns) {
  test(`reads what it writes: ${JSON.stringify(type)}`, () => {
    fc.assert(
      fc.property(values, (value) => {
        const wire: unknown = JSON.parse(JSON.stringify(encodeValue(type, value)));
        assert.ok(sameValue(type, decodeValue(type, wire), value));
      }),
    );
  });
}

test('applies the difference of two sets', () => {
  fc.assert(
    fc.property(smallSet, smallSet, (old, wanted) => {
      const difference = [...old, ...wanted].filter((x) => old.includes(x) !== wanted.includes(x));
      const result = applyDifference(set, old, encodeValue(set, difference)) as readonly Atom[];
      assert.deepEqual([...result].sort(), [...wanted].sort());
    }),
  );
});

test('applies the difference of two maps', () => {
  fc.assert(
    fc.property(smallMap, smallMap, (old, wanted) => {
      const removed = Object.entries(old).filter(([key]) => !Object.hasOwn(wanted, key));
      const changed = Object.entries(wanted).filter(([key, value]) => !(Object.hasOwn(old, key) && old[key] === value));
      const difference = ['map', [...removed, ...changed]];
      assert.ok(sameValue(map, applyDifference(map, old, difference), wanted));
    }),
  );
});

test('gives each kind of column its default', () => {
  assert.deepEqual([text, optional, set, map].map(defaultValue), ['', undefined, [], {}]);
});

test('writes an <id> as the name of a row to be, and a uuid as a uuid', () => {
  const references: ColumnType = { kind: 'set', key: 'uuid' };
  const uuid = '6f1de9a2-0b7c-4c55-8a0e-2d6d0c1f1a11';
  assert.deepEqual(encodeValue(references, ['row_1', uuid]), [
    'set',
    [
      ['named-uuid', 'row_1'],
      ['uuid', uuid],
    ],
  ]);
});

test('reads a set of one where a scalar stands, and the reverse', () => {
  assert.deepEqual(
    [decodeValue(set, 7), decodeValue(optional, ['set', [7]]), decodeValue(text, ['set', ['x']])],
    [[7], 7, 'x'],
  );
});

for (const [type, json] of [
  [text, 7],
  [text, ['set', []]],
  [optional, ['set', [1, 2]]],
  [set, ['set', ['x']]],
  [map, ['set', []]],
  [map, ['map', ['x']]],
  [slots, ['map', [[1, 'not a uuid']]]],
] as const) {
  test(`rejects ${JSON.stringify(json)} for ${JSON.stringify(type)}`, () => {
    assert.throws(() => decodeValue(type, json), ValueError);
  });
}
