import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { listDifference } from './list-difference.ts';

test('finds exactly the elements that only one of two lists has, in whatever order', () => {
  const list = fc.uniqueArray(fc.integer({ min: 0, max: 12 }));
  fc.assert(
    fc.property(list, list, (before, after) => {
      const { gone, come } = listDifference(before, after);
      assert.deepEqual(new Set(gone), new Set(before.filter((element) => !after.includes(element))));
      assert.deepEqual(new Set(come), new Set(after.filter((element) => !before.includes(element))));
      assert.equal(new Set([...gone, ...come]).size, gone.length + come.length, 'each once');
    }),
  );
});
