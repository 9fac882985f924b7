import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newUuid, type Uuid } from '../base/index.ts';
import type { Row } from './replica.ts';
import { TableIndex } from './table-index.ts';

interface Group extends Row {
  readonly members: readonly string[];
}

function anIndex(): TableIndex {
  return new TableIndex((row) => (row as Group).members);
}

/** An index after the row has had each of these lists of members in turn. */
function afterEach(lists: readonly (readonly string[])[], uuid: Uuid): TableIndex {
  const index = anIndex();
  let old: Group | undefined;
  for (const members of lists) {
    const row: Group = { _uuid: uuid, members };
    index.replace(old, row);
    old = row;
  }
  return index;
}

test('lists a row under the keys that it has after a change, in whatever order they come', () => {
  const uuid = newUuid();
  const changes = [
    [['a', 'b', 'c'], ['a', 'c', 'd'], ['b']],
    [['a', 'b'], ['b', 'a'], ['c']],
    [['a', 'b', 'c'], ['c', 'd', 'b'], ['a']],
    [['a'], [], ['a']],
  ];
  for (const [before = [], after = [], gone = []] of changes) {
    const index = afterEach([before, after], uuid);
    for (const key of after) assert.deepEqual(index.list(key), [uuid], `${key} of ${after}`);
    for (const key of gone) assert.deepEqual([index.list(key), index.find(key)], [[], undefined], `${key} of ${after}`);
  }
});

test('lists many rows under one key, and each only as long as it has the key', () => {
  const index = anIndex();
  const rows = Array.from({ length: 20 }, (): Group => ({ _uuid: newUuid(), members: ['all'] }));
  for (const [place, row] of rows.entries()) {
    index.replace(undefined, row);
    assert.deepEqual(index.list('all'), uuidsOf(rows.slice(0, place + 1)));
  }
  for (const [place, row] of rows.entries()) {
    index.replace(row, place % 2 === 0 ? undefined : ({ ...row, members: ['other'] } as Row));
    assert.deepEqual(index.list('all'), uuidsOf(rows.slice(place + 1)));
  }
  assert.equal(index.list('other').length, 10);
  assert.equal(index.find('other'), rows[1]?._uuid);
});

function uuidsOf(rows: readonly Row[]): readonly Uuid[] {
  return rows.map(({ _uuid }) => _uuid);
}
