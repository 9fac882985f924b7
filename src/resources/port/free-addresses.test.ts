import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress } from '../../ip/index.ts';
import { addressClaimValue, type Reader } from '../../kit/index.ts';
import { aContext, address, aSubnet } from '../testing/builders.ts';
import { findFreeAddresses } from './free-addresses.ts';

/** A subnet whose addresses are claimed as listed, and nothing else in the world. */
function readerWith(taken: readonly string[]): Reader {
  const values = taken.map((text) => addressClaimValue(address(text))).sort();
  return {
    find: async () => undefined,
    list: async () => [],
    listIds: async () => [],
    claimed: async (_scope, asked = values) => values.filter((value) => asked.includes(value)),
    holderOf: async () => undefined,
    heldClaims: async () => [],
    claimedScopes: async () => [],
    tally: async () => 0,
    countClaims: async () => values.length,
    claimedBetween: async (_scope, first, last) => values.filter((value) => first <= value && value <= last),
  };
}

const pools = [
  { first: address('2001:db8::10'), last: address('2001:db8::13') },
  { first: address('2001:db8::20'), last: address('2001:db8::21') },
];
const subnet = aSubnet({ allocationPools: pools });
const all = ['10', '11', '12', '13', '20', '21'].map((tail) => `2001:db8::${tail}`);

test('finds every last address of a small pool, whatever chance says', async () => {
  for (const left of all) {
    for (const chance of [0n, 1n, 2n, 3n, 5n]) {
      const reader = readerWith(all.filter((text) => text !== left));
      const context = aContext({ random: (below) => chance % below });
      const found = await findFreeAddresses(reader, subnet, 1, context);
      assert.deepEqual(found.map(formatAddress), [left]);
    }
  }
});

test('finds none when all are taken, and never one outside the pools', async () => {
  assert.deepEqual(await findFreeAddresses(readerWith(all), subnet, 1, aContext()), []);
  const found = await findFreeAddresses(readerWith([]), subnet, 10, aContext());
  assert.deepEqual(found.map(formatAddress).sort(), all);
});
