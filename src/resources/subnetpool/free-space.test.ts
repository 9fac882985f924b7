import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newUuid } from '../../base/index.ts';
import { formatPrefix, type Prefix } from '../../ip/index.ts';
import { writtenTo } from '../../kit/testing/written-to.ts';
import type { SubnetpoolId } from '../ids.ts';
import { prefix } from '../testing/builders.ts';
import { freeBlockTable } from './free-block.ts';
import { FreeSpace } from './free-space.ts';
import { compact, without } from './prefix-set.ts';

const pool = newUuid() as SubnetpoolId;

/** The blocks that a space has written: all that are free, where it has read none. */
function blocksOf(space: FreeSpace): readonly string[] {
  const written = space.changes().flatMap((change) => writtenTo(freeBlockTable, change) ?? []);
  return written.map((block) => formatPrefix(block.prefix)).toSorted();
}

test('leaves the rest of a block in the largest pieces, and makes one of them again', () => {
  const space = new FreeSpace(pool, []);
  space.give(prefix('2001:db8::/48'));
  assert.equal(space.take(prefix('2001:db8:0:2::/64')), true);
  const lower = ['2001:db8:0:3::/64', '2001:db8::/63'];
  const upper = Array.from({ length: 14 }, (_, bit) => `2001:db8:0:${(4 << bit).toString(16)}::/${62 - bit}`);
  assert.deepEqual(blocksOf(space), [...lower, ...upper].toSorted());
  assert.equal(space.take(prefix('2001:db8::/62')), false);
  space.give(prefix('2001:db8:0:2::/64'));
  assert.deepEqual(blocksOf(space), ['2001:db8::/48']);
});

test('has the same free after any takes and gives as the set of addresses says', () => {
  const whole = prefix('10.0.0.0/24');
  const space = new FreeSpace(pool, []);
  space.give(whole);
  const taken: Prefix[] = [];
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let step = 0; step < 300; step++) {
    const wanted = prefix(`10.0.0.${random(256)}/${24 + random(9)}`);
    const isFree =
      without([wanted], compact(taken)).length === 1 && without([wanted], compact(taken))[0]?.length === wanted.length;
    if (taken.length > 0 && random(2) === 0) space.give(taken.splice(random(taken.length), 1)[0] ?? whole);
    else {
      assert.equal(space.take(wanted), isFree, formatPrefix(wanted));
      if (isFree) taken.push(wanted);
    }
    assert.deepEqual(blocksOf(space), without([whole], compact(taken)).map(formatPrefix).toSorted());
  }
});
