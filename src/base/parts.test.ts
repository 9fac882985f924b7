import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partsOf } from './parts.ts';

test('gives a list in parts, the last of which may be shorter', () => {
  assert.deepEqual([...partsOf([1, 2, 3, 4, 5], 2)], [[1, 2], [3, 4], [5]]);
  assert.deepEqual([...partsOf([1, 2], 2)], [[1, 2]]);
  assert.deepEqual([...partsOf([], 2)], []);
});
