import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import {
  type Address,
  addressAt,
  addressBytes,
  addressFromBytes,
  compareAddress,
  eui64,
  formatAddress,
  formatPrefix,
  isLinkLocal,
  lastAddress,
  linkLocalFromMac,
  type Mac,
  macBytes,
  macFromBytes,
  macFromEui64,
  type Prefix,
  parseAddress,
  parseMac,
  parsePrefix,
  prefixContains,
  prefixMask,
  prefixOf,
  prefixOverlaps,
  rangeContains,
  rangeOfPrefix,
  solicitedNode,
  stableIid,
} from './index.ts';

const ipv6 = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .chain((bytes) => fc.subarray([0, 2, 4, 6, 8, 10, 12, 14]).map((zeros) => withZeroGroups(bytes, zeros)));
const ipv4 = fc.uint8Array({ minLength: 4, maxLength: 4 });

test('formats any IPv6 address as the oracle does, and parses it back', () => {
  fc.assert(
    fc.property(ipv6, (bytes) => {
      const address = must(addressFromBytes(bytes));
      assert.equal(formatAddress(address), new ipaddr.IPv6([...bytes]).toRFC5952String());
      assert.deepEqual(parseAddress(formatAddress(address)), address);
      assert.deepEqual(addressBytes(address), bytes);
    }),
  );
});

// The oracle takes the IPv4-compatible `::192.0.2.1` (RFC 4291 §2.5.5.1) for the IPv4-mapped `::ffff:192.0.2.1`.
const isMisread = (text: string) => /^::\d+\.\d/.test(text);

test('parses whatever form of an address the oracle and the platform both take', () => {
  const text = fc.oneof(fc.ipV6(), fc.ipV4()).filter((one) => !isMisread(one));
  fc.assert(
    fc.property(text, (given) => {
      const parsed = must(parseAddress(given));
      assert.deepEqual([...addressBytes(parsed)], ipaddr.parse(given).toByteArray());
    }),
    { numRuns: 1000 },
  );
});

test('round-trips IPv4 addresses', () => {
  fc.assert(
    fc.property(ipv4, (bytes) => {
      const address = must(addressFromBytes(bytes));
      assert.equal(formatAddress(address), bytes.join('.'));
      assert.deepEqual(parseAddress(formatAddress(address)), address);
    }),
  );
});

test('rejects zones, ports, leading zeros, prefixes and noise', () => {
  for (const text of ['fe80::1%eth0', '[::1]', '::1/64', '1.2.3', '01.2.3.4', '1::2::3', 'g::', '', ' ::1', '12345::'])
    assert.equal(parseAddress(text), undefined, text);
});

test('tells IPv4-compatible from IPv4-mapped addresses', () => {
  assert.equal(formatAddress(an('::192.0.2.1')), '::c000:201');
  assert.equal(formatAddress(an('64:ff9b::192.0.2.1')), '64:ff9b::c000:201');
});

test('writes an IPv4-mapped address in the mixed notation', () => {
  assert.equal(formatAddress(an('::ffff:c000:201')), '::ffff:192.0.2.1');
});

test('matches prefixes as the oracle does', () => {
  fc.assert(
    fc.property(ipv6, ipv6, fc.nat(128), (a, b, length) => {
      const prefix = prefixOf(must(addressFromBytes(a)), length);
      const mixed = Uint8Array.from(a, (byte, i) => (i < length / 8 ? byte : (b[i] ?? 0)));
      const oracle = ipaddr.fromByteArray([...mixed]).match(ipaddr.fromByteArray([...a]), length);
      assert.equal(prefixContains(prefix, must(addressFromBytes(mixed))), oracle);
    }),
  );
});

test('clears the host bits of a prefix, and refuses what is none', () => {
  assert.equal(formatPrefix(aPrefix('2001:db8::1/64')), '2001:db8::/64');
  assert.equal(formatPrefix(aPrefix('10.1.2.3/8')), '10.0.0.0/8');
  for (const text of ['2001:db8::', '2001:db8::/129', '10.0.0.0/33', '10.0.0.0/-1', '::/', 'fe80::%1/64', '::/6 4'])
    assert.equal(parsePrefix(text), undefined, text);
});

test('knows first, last, offset, mask and range of a prefix', () => {
  const prefix = aPrefix('2001:db8:0:1::/64');
  assert.equal(formatAddress(lastAddress(prefix)), '2001:db8:0:1:ffff:ffff:ffff:ffff');
  assert.equal(formatAddress(addressAt(prefix, 0x10n)), '2001:db8:0:1::10');
  assert.throws(() => addressAt(prefix, 1n << 64n), RangeError);
  assert.equal(formatAddress(prefixMask(prefix)), 'ffff:ffff:ffff:ffff::');
  assert.equal(formatAddress(prefixMask(aPrefix('10.0.0.0/20'))), '255.255.240.0');
  assert.ok(rangeContains(rangeOfPrefix(prefix), an('2001:db8:0:1::5')));
  assert.ok(!rangeContains(rangeOfPrefix(prefix), an('2001:db8:0:2::')));
  assert.ok(!rangeContains(rangeOfPrefix(prefix), an('10.0.0.1')));
});

test('finds overlap in both directions, and never across families', () => {
  assert.ok(prefixOverlaps(aPrefix('2001:db8::/32'), aPrefix('2001:db8:1::/48')));
  assert.ok(prefixOverlaps(aPrefix('2001:db8:1::/48'), aPrefix('2001:db8::/32')));
  assert.ok(!prefixOverlaps(aPrefix('2001:db8:1::/48'), aPrefix('2001:db8:2::/48')));
  assert.ok(!prefixOverlaps(aPrefix('::/0'), aPrefix('0.0.0.0/0')));
});

test('derives EUI-64 addresses (RFC 4291 appendix A) and recovers the MAC', () => {
  const mac = aMac('FA-16-3E-12-34-56');
  assert.equal(mac, 'fa:16:3e:12:34:56');
  assert.equal(formatAddress(eui64(aPrefix('2001:db8::/64'), mac)), '2001:db8::f816:3eff:fe12:3456');
  assert.equal(formatAddress(linkLocalFromMac(mac)), 'fe80::f816:3eff:fe12:3456');
  assert.equal(macFromEui64(linkLocalFromMac(mac)), mac);
  assert.equal(macFromEui64(an('2001:db8::1')), undefined);
  assert.deepEqual(macFromBytes(macBytes(mac)), mac);
  assert.equal(parseMac('fa:16:3e:12:34'), undefined);
  assert.deepEqual(
    ['fa16:3e12:3456', 'fa16.3e12.3456', 'FA163E123456', 'fa163e:123456'].map(parseMac),
    Array(4).fill(mac),
  );
});

test('derives stable opaque addresses that differ by prefix, interface, network and counter (RFC 7217)', () => {
  const base = { prefix: aPrefix('2001:db8::/64'), interfaceName: 'port-1', secretKey: new Uint8Array(16).fill(7) };
  const variants = [
    base,
    { ...base, prefix: aPrefix('2001:db8:0:1::/64') },
    { ...base, interfaceName: 'port-2' },
    { ...base, networkId: 'net' },
    { ...base, dadCounter: 1 },
  ].map((input) => formatAddress(stableIid(input)).slice(-19));
  assert.equal(new Set(variants).size, variants.length);
  assert.deepEqual(stableIid(base), stableIid({ ...base }));
  assert.ok(prefixContains(base.prefix, stableIid(base)));
});

test('knows solicited-node addresses, link-locals and order', () => {
  assert.equal(formatAddress(solicitedNode(an('2001:db8::aabb:ccdd'))), 'ff02::1:ffbb:ccdd');
  assert.ok(isLinkLocal(an('fe80::1')) && isLinkLocal(an('febf::1')) && isLinkLocal(an('169.254.1.1')));
  assert.ok(!isLinkLocal(an('fec0::1')));
  const sorted = ['10.0.0.1', '2001:db8::2', '::1'].map(an).sort(compareAddress).map(formatAddress);
  assert.deepEqual(sorted, ['::1', '2001:db8::2', '10.0.0.1']);
});

function withZeroGroups(bytes: Uint8Array, offsets: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (const offset of offsets) copy.fill(0, offset, offset + 2);
  return copy;
}

function must<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

function an(text: string): Address {
  return must(parseAddress(text));
}

function aPrefix(text: string): Prefix {
  return must(parsePrefix(text));
}

function aMac(text: string): Mac {
  return must(parseMac(text));
}
