import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentile, rounded } from './statistics.ts';

test('finds percentiles by rank, in whatever order the values come', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  assert.deepEqual([percentile(values, 50), percentile(values, 99), percentile(values, 100)], [50, 99, 100]);
  assert.equal(percentile([7], 99), 7);
  assert.ok(Number.isNaN(percentile([], 50)));
});

test('rounds to what the measurement is good for', () => {
  assert.deepEqual([rounded(0.123456), rounded(12.3456), rounded(1234.56), rounded(0)], [0.123, 12.3, 1235, 0]);
});
