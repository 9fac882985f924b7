import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runAttacks } from './attacks.ts';
import type { Condition } from './conditions.ts';
import { describeHarm, isHarmless } from './harm.ts';
import { lines } from './lines/index.ts';

/** What is quick: `npm run test:attacks` runs all lines, for longer, on a busy machine too, and restarts hosts meanwhile. */
const quick = [1, 2, 4, 6, 7, 8];
const conditions: readonly Condition[] = ['controller', 'no-controller'];

test('no guest is impersonated, cut off or denied an address, by guests of its host and of others, with and without a controller', async (t) => {
  const told: string[] = [];
  const findings = await runAttacks({
    ...{ seed: 9, trains: 2, longestGap: 300, conditions },
    lines: lines.filter(({ number }) => quick.includes(number)),
    tell: (text) => told.push(text),
  });
  t.diagnostic('npm run test:attacks runs it with other seeds');
  const harms = findings
    .filter(({ harm }) => !isHarmless(harm))
    .map(({ condition, line, placement, harm }) => `${condition}, ${line.title}, ${placement}: ${describeHarm(harm)}`);
  assert.deepEqual(harms, [], told.join('\n'));
});
