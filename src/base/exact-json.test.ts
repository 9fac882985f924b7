import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRawNumber, parseExactJson } from './exact-json.ts';

test('gives back whole numbers of any size as they were written', () => {
  for (const text of ['12345678901234567890', '{"a":[9007199254740993,-9223372036854775808]}', '[1,2.5,"x"]'])
    assert.equal(JSON.stringify(parseExactJson(text)), text);
  assert.ok(isRawNumber(parseExactJson('9007199254740993')));
  assert.ok(!isRawNumber({}));
});

test('parses what a double holds as JSON.parse does', () => {
  for (const text of ['{"n":1e3}', '[9007199254740991]', '{"s":":12345678901234567890"}', '0.1', '-1.5e-7'])
    assert.deepEqual(parseExactJson(text), JSON.parse(text));
});

test('refuses numbers that no double holds, and what is no JSON', () => {
  for (const text of ['{"n":1e400}', '[-1E+999]', '{"n": 1}}', ''])
    assert.throws(() => parseExactJson(text), SyntaxError);
});
