import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAddress } from '../ip/index.ts';
import {
  decodeArp,
  decodeDhcpv4,
  decodeDhcpv6,
  decodeEthernet,
  decodeFrame,
  decodeIcmpv6,
  decodeIpv4,
  decodeIpv6,
  decodeUdp,
  encodeDhcpv6,
  encodeIcmpv6,
  encodeIpv6,
  type Icmpv6Message,
  upperLayerChecksum,
} from './index.ts';
import { dhcpv6Message, icmpv6Message } from './testing/arbitraries.ts';

const one = parseAddress('fe80::1') ?? assert.fail();
const between = { source: one, destination: one };

const decoders: Record<string, (bytes: Uint8Array) => { readonly ok: boolean }> = {
  arp: decodeArp,
  dhcpv4: decodeDhcpv4,
  dhcpv6: decodeDhcpv6,
  ethernet: decodeEthernet,
  frame: decodeFrame,
  icmpv6: (bytes) => decodeIcmpv6(withChecksum(bytes), between),
  ipv4: decodeIpv4,
  ipv6: decodeIpv6,
  udp: (bytes) => decodeUdp(bytes, between),
};

for (const [name, decode] of Object.entries(decoders)) {
  test(`${name} answers any bytes with a value`, () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => typeof decode(bytes).ok === 'boolean'));
  });
}

test('an ICMPv6 message that was cut or changed anywhere is answered with a value', () => {
  fc.assert(
    fc.property(icmpv6Message, fc.nat(), fc.nat(255), fc.nat(), (message, at, byte, cut) => {
      const bytes = encodeIcmpv6(message, between);
      bytes[at % bytes.length] = byte;
      const mangled = bytes.subarray(0, cut % (bytes.length + 1));
      assert.equal(typeof decodeIcmpv6(withChecksum(mangled), between).ok, 'boolean');
    }),
  );
});

test('a DHCPv6 message that was cut or changed anywhere is answered with a value', () => {
  fc.assert(
    fc.property(dhcpv6Message, fc.nat(), fc.nat(255), fc.nat(), (message, at, byte, cut) => {
      const bytes = encodeDhcpv6(message);
      bytes[at % bytes.length] = byte;
      assert.equal(typeof decodeDhcpv6(bytes.subarray(0, cut % (bytes.length + 1))).ok, 'boolean');
    }),
  );
});

test('refuses a wrong checksum, and a discovery option of length 0', () => {
  const bytes = encodeIcmpv6({ kind: 'neighbor-solicitation', target: one, options: [] }, between);
  bytes[3] = (bytes[3] ?? 0) ^ 1;
  assert.deepEqual(decodeIcmpv6(bytes, between), { ok: false, error: { kind: 'bad-checksum', part: 'icmpv6' } });
  const endless = withChecksum(Uint8Array.of(133, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0));
  assert.deepEqual(decodeIcmpv6(endless, between), {
    ok: false,
    error: { kind: 'malformed', part: 'nd option length' },
  });
});

test('leaves DHCPv6 options alone that are nested deeper than any rule allows', () => {
  let nested = Buffer.alloc(0);
  while (nested.length < 60_000) {
    const length = nested.length + 12;
    nested = Buffer.concat([Uint8Array.of(0, 3, length >> 8, length), new Uint8Array(12), nested]);
  }
  assert.ok(decodeDhcpv6(Buffer.concat([Uint8Array.of(1, 0, 0, 1), nested])).ok);
});

test('reads an IPv6 payload length that lies as truncated, and cuts off what lies behind it', () => {
  const message: Icmpv6Message = { kind: 'echo-request', identifier: 1, sequence: 1, data: new Uint8Array(8) };
  const packet = { ...between, hopLimit: 64, protocol: 58, payload: encodeIcmpv6(message, between) };
  assert.ok(!decodeIpv6(encodeIpv6({ ...packet, forgedPayloadLength: 17 })).ok);
  const padded = decodeIpv6(Uint8Array.of(...encodeIpv6(packet), 0, 0));
  assert.equal(padded.ok && padded.value.payload.length, 16);
});

function withChecksum(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 4) return bytes;
  const copy = Uint8Array.from(bytes);
  const view = new DataView(copy.buffer);
  view.setUint16(2, 0);
  view.setUint16(2, upperLayerChecksum(between, 58, copy));
  return copy;
}
