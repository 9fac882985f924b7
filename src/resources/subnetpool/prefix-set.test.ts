import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPrefix } from '../../ip/index.ts';
import { prefix } from '../testing/builders.ts';
import { compact, intersection, without } from './prefix-set.ts';

const set = (...texts: string[]) => texts.map(prefix);
const shown = (prefixes: ReturnType<typeof set>) => prefixes.map(formatPrefix);

test('makes the fewest prefixes of those that touch, overlap or are out of order', () => {
  const four = set('2001:db8:3::/48', '2001:db8:1::/48', '2001:db8::/48', '2001:db8:2::/48', '2001:db8:1:5::/64');
  assert.deepEqual(shown([...compact(four)]), ['2001:db8::/46']);
  assert.deepEqual(shown([...compact(set('10.1.0.0/16', '10.2.0.0/16'))]), ['10.1.0.0/16', '10.2.0.0/16']);
  assert.deepEqual(shown([...compact(set('::/1', '8000::/1'))]), ['::/0']);
});

test('cuts prefixes out of others, and leaves the fewest that cover the rest', () => {
  const rest = without(set('2001:db8::/46', '2001:db8:8::/48'), set('2001:db8:1::/48', '2001:db8:8::/47'));
  assert.deepEqual(shown([...rest]), ['2001:db8::/48', '2001:db8:2::/47']);
  assert.deepEqual([...without(set('192.0.2.0/24'), set('192.0.0.0/16'))], []);
  assert.deepEqual(shown([...without(set('192.0.2.0/24'), [])]), ['192.0.2.0/24']);
});

test('finds what two sets have in common, whichever side holds the larger prefix', () => {
  const common = intersection(set('2001:db8::/47', '2001:db8:4:1::/64'), set('2001:db8:1::/48', '2001:db8:4::/46'));
  assert.deepEqual(shown([...common]), ['2001:db8:1::/48', '2001:db8:4:1::/64']);
  assert.deepEqual([...intersection(set('2001:db8::/48'), set('2001:db8:1::/48'))], []);
});
