import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress, type Range } from '../../ip/index.ts';
import { address, prefix, problemOf, succeed } from '../testing/builders.ts';
import { checkPools, defaultPools, gatewayConflict, isHostAddress } from './pools.ts';

function shown(pools: readonly Range[]): readonly string[] {
  return pools.map(({ first, last }) => `${formatAddress(first)}-${formatAddress(last)}`);
}

test('leaves the anycast address and the gateway out of the default pools', () => {
  const cidr = prefix('2001:db8::/64');
  assert.deepEqual(shown(defaultPools(cidr, address('2001:db8::'))), ['2001:db8::1-2001:db8::ffff:ffff:ffff:ffff']);
  assert.deepEqual(shown(defaultPools(cidr, address('2001:db8::fe'))), [
    '2001:db8::1-2001:db8::fd',
    '2001:db8::ff-2001:db8::ffff:ffff:ffff:ffff',
  ]);
  assert.deepEqual(shown(defaultPools(cidr, undefined)), ['2001:db8::1-2001:db8::ffff:ffff:ffff:ffff']);
});

test('leaves the network and broadcast addresses out of IPv4 pools', () => {
  assert.deepEqual(shown(defaultPools(prefix('192.0.2.0/24'), address('192.0.2.1'))), ['192.0.2.2-192.0.2.254']);
  assert.equal(isHostAddress(prefix('192.0.2.0/24'), address('192.0.2.255')), false);
  assert.equal(isHostAddress(prefix('2001:db8::/64'), address('2001:db8::')), true);
});

test('gives out the only address of a prefix, and both of an IPv4 link', () => {
  const poolsOf = (cidr: string, gatewayIp?: string) =>
    shown(defaultPools(prefix(cidr), gatewayIp === undefined ? undefined : address(gatewayIp)));
  assert.deepEqual(poolsOf('2001:db8::1/128'), ['2001:db8::1-2001:db8::1']);
  assert.deepEqual(poolsOf('192.0.2.1/32'), ['192.0.2.1-192.0.2.1']);
  assert.deepEqual(poolsOf('192.0.2.0/31'), ['192.0.2.0-192.0.2.1']);
  assert.deepEqual(poolsOf('192.0.2.0/31', '192.0.2.0'), ['192.0.2.1-192.0.2.1']);
  assert.deepEqual(poolsOf('2001:db8::/127'), ['2001:db8::1-2001:db8::1']);
  assert.deepEqual(poolsOf('2001:db8::1/128', '2001:db8::1'), []);
});

test('takes pools as they were given, and refuses those that are reversed, outside or overlapping', () => {
  const cidr = prefix('2001:db8::/64');
  const pool = (start: string, end: string) => ({ start: address(start), end: address(end) });
  const good = [pool('2001:db8::200', '2001:db8::2ff'), pool('2001:db8::100', '2001:db8::1ff')];
  assert.deepEqual(shown(succeed(checkPools(good, cidr))), [
    '2001:db8::200-2001:db8::2ff',
    '2001:db8::100-2001:db8::1ff',
  ]);
  assert.equal(problemOf(checkPools([pool('2001:db8::2', '2001:db8::1')], cidr)), 'invalid-pool');
  assert.equal(problemOf(checkPools([pool('192.0.2.1', '192.0.2.9')], cidr)), 'invalid-pool');
  assert.equal(problemOf(checkPools([pool('2001:db8:1::1', '2001:db8:1::2')], cidr)), 'pool-out-of-bounds');
  assert.equal(
    problemOf(checkPools([pool('2001:db8::1', '2001:db8::9'), pool('2001:db8::9', '2001:db8::a')], cidr)),
    'pools-overlap',
  );
});

test('sees a gateway that might be given to a port', () => {
  const pools = [{ first: address('2001:db8::2'), last: address('2001:db8::ff') }];
  assert.equal(gatewayConflict(address('2001:db8::5'), pools)?.kind, 'gateway-in-pool');
  assert.equal(gatewayConflict(address('2001:db8::1'), pools), undefined);
  assert.equal(gatewayConflict(undefined, pools), undefined);
});
