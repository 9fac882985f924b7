import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findFreeValues, type Reader, type ScopedReader } from '../kit/index.ts';
import { readCreateWorld as readNetworkCreateWorld } from './network/world.ts';
import { portAspects } from './port/port.ts';
import { aContext, aNetworkInput, aPortInput, mac } from './testing/builders.ts';

/** A world of claims alone, all but those of which `isFree` is true; counts the looks at it. */
function claimedWorld(universe: readonly string[], isFree: (value: string) => boolean) {
  const taken = universe.filter((value) => !isFree(value));
  const world = { looks: 0 };
  const all: Reader = {
    find: async () => undefined,
    list: async () => [],
    listIds: async () => [],
    claimed: async (_scope, asked = taken) => asked.filter((value) => taken.includes(value)),
    holderOf: async () => undefined,
    heldClaims: async () => [],
    claimedScopes: async () => [],
    tally: async () => 0,
    countClaims: async () => taken.length,
    async claimedBetween(_scope, first, last) {
      world.looks += 1;
      return taken.filter((value) => first <= value && value <= last);
    },
  };
  const reader: ScopedReader = { ...all, unscoped: all };
  return { reader, world };
}

const numbers = Array.from({ length: 5_000 }, (_, value) => String(value).padStart(4, '0'));
const values = {
  scope: 'numbers',
  ranges: [
    { first: 100n, last: 2_999n },
    { first: 4_000n, last: 4_009n },
  ],
  claimValue: (value: bigint) => String(value).padStart(4, '0'),
};

test('finds every last free value, whatever chance says', async () => {
  for (const left of [100n, 1_123n, 1_124n, 2_999n, 4_000n, 4_009n]) {
    for (const chance of [0n, 1n, 1_024n, 2_899n, 2_900n]) {
      const { reader } = claimedWorld(numbers, (value) => BigInt(value) === left);
      const context = aContext({ random: (below) => chance % below });
      assert.deepEqual(await findFreeValues(reader, values, 1, context), [left]);
    }
  }
});

test('finds as many as there are, none twice, and none outside the ranges', async () => {
  const few = claimedWorld(numbers, (value) => ['0099', '0500', '3500', '4005', '4010'].includes(value));
  assert.deepEqual(await findFreeValues(few.reader, values, 9, aContext()), [500n, 4_005n]);
  const none = claimedWorld(numbers, () => false);
  assert.deepEqual(await findFreeValues(none.reader, values, 1, aContext()), []);
});

test('looks at no more of a crowded range than it has to', async () => {
  const { reader, world } = claimedWorld(numbers, (value) => value === '1500');
  const context = aContext({ random: (below) => 1_390n % below });
  assert.deepEqual(await findFreeValues(reader, values, 1, context), [1_500n]);
  assert.equal(world.looks, 1);
});

test('gives a port the one MAC of a block that nobody has, though every guess is taken', async () => {
  const macs = Array.from({ length: 1_024 }, (_, value) => {
    const tail = value.toString(16).padStart(6, '0');
    return `fa:16:3e:${tail.slice(0, 2)}:${tail.slice(2, 4)}:${tail.slice(4)}`;
  });
  const { reader } = claimedWorld(macs, (value) => value === 'fa:16:3e:00:03:f0');
  const { macAddress } = await portAspects.read({ before: undefined, input: aPortInput() }, reader, aContext());
  assert.equal(macAddress, mac('fa:16:3e:00:03:f0'));
});

test('gives a network the last identifier that nobody has', async () => {
  const all = Array.from({ length: 65_535 }, (_, index) => String(index + 1).padStart(8, '0'));
  const { reader } = claimedWorld(all, (value) => value === '00065535');
  const context = aContext({ random: (below) => below / 2n });
  const { segment } = await readNetworkCreateWorld(reader, aNetworkInput(), context);
  const last = { physicalNetwork: undefined, segmentationId: 65_535, tunnelKey: 65_535 };
  assert.deepEqual(segment, { networkType: 'geneve', ...last });
});
