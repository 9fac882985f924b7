import assert from 'node:assert/strict';
import test from 'node:test';
import { aContext, anAddressGroup, prefix, problemOf, succeed } from '../testing/builders.ts';
import { decideAdd, decideCreate, decideRemove } from './rules.ts';

const many = Array.from({ length: 10_000 }, (_, index) => prefix(`2001:db8::${index.toString(16)}/128`));
const oneMore = prefix('2001:db8:1::/64');

test('holds at most 10,000 addresses in a group', () => {
  const [context, input] = [aContext(), { name: '', description: '' }];
  const group = succeed(decideCreate({ ...input, addresses: many }, context)).entity;
  assert.equal(problemOf(decideAdd(group, [oneMore], context)), 'too-many-addresses');
  assert.equal(problemOf(decideCreate({ ...input, addresses: [...many, oneMore] }, context)), 'too-many-addresses');
  const others = succeed(decideRemove(group, many.slice(1), context)).entity;
  assert.deepEqual(others.addresses, many.slice(0, 1));
  assert.deepEqual(succeed(decideAdd(others, [oneMore], context)).entity.addresses, [...others.addresses, oneMore]);
});

test('names the addresses that a group has already, and those that it has not', () => {
  const [group, context] = [anAddressGroup({ addresses: many.slice(0, 2) }), aContext()];
  const [known, fresh] = [many.slice(1, 2), [oneMore]];
  const twice = decideAdd(group, [...known, ...fresh], context);
  assert.match(twice.ok ? '' : twice.error.message, /^Addresses 2001:db8::1\/128 already exist/);
  const absent = decideRemove(group, [...known, ...fresh], context);
  assert.match(absent.ok ? '' : absent.error.message, /^Addresses 2001:db8:1::\/64 not found/);
});
