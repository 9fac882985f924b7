import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newUuid } from '../../base/index.ts';
import { addressAt, formatPrefix, type Prefix } from '../../ip/index.ts';
import type { Predicate, Reader, Stored } from '../../kit/index.ts';
import { writtenTo } from '../../kit/testing/written-to.ts';
import type { SubnetpoolId } from '../ids.ts';
import { aSubnetpool, blue, prefix, succeed } from '../testing/builders.ts';
import { decideAllotment, readAllotment, type Wanted } from './allotment.ts';
import { freeBlockTable } from './free-block.ts';
import { FreeSpace } from './free-space.ts';

const whole = prefix('2000::/16');

/** Answers as a database with these rows alone, and counts what it has given out. */
function readerOf(rows: readonly Stored[]) {
  const inOrder = rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const count = { rows: 0 };
  const holds = (where: Predicate, { id }: Stored) => {
    if (where.kind === 'in') return where.values.includes(id);
    assert.equal(where.kind, 'compare');
    return where.kind === 'compare' && where.operator === '>' && id > String(where.value);
  };
  const list = async (_table: unknown, { where, limit }: { where: Predicate; limit?: number }) => {
    const found = inOrder.filter((row) => holds(where, row)).slice(0, limit);
    count.rows += found.length;
    return found;
  };
  return { reader: { list } as unknown as Reader, count };
}

function subnetAt(index: number): Prefix {
  return { address: addressAt(whole, BigInt(index) << 64n), length: 64 };
}

test('finds a prefix by a few rows in a /16 of which 10,000 subnets have every other /64', async () => {
  const id = newUuid() as SubnetpoolId;
  const pool = aSubnetpool({ id, prefixes: [whole] });
  const space = new FreeSpace(id, []);
  space.give(whole);
  for (let index = 0; index < 10_000; index++) assert.ok(space.take(subnetAt(2 * index)));
  const { reader, count } = readerOf(space.changes().flatMap((change) => writtenTo(freeBlockTable, change) ?? []));
  const ask = async (wanted: Wanted) => {
    count.rows = 0;
    const { cidr } = succeed(decideAllotment(await readAllotment(reader, pool, wanted, blue)));
    return { cidr: formatPrefix(cidr), rows: count.rows };
  };
  assert.deepEqual(await ask({ length: 64 }), { cidr: '2000:0:0:1::/64', rows: 1 });
  assert.deepEqual(await ask({ length: 60 }), { cidr: '2000:0:0:4e20::/60', rows: 1 });
  const middle = await ask(subnetAt(10_001));
  assert.equal(middle.cidr, '2000:0:0:2711::/64');
  // At most one block for each length from the pool's to the subnet's.
  assert.ok(middle.rows <= 49, `${middle.rows} rows`);
});
