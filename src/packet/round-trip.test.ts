import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decodeArp,
  decodeDhcpv4,
  decodeDhcpv6,
  decodeEthernet,
  decodeFrame,
  decodeIcmpv6,
  decodeIpv6,
  decodeUdp,
  encodeArp,
  encodeDhcpv4,
  encodeDhcpv6,
  encodeEthernet,
  encodeIcmpv6,
  encodeIpv6,
  encodeUdp,
  icmpv6Frame,
  protocols,
  udpFrame,
} from './index.ts';
import {
  dhcpv4Message,
  dhcpv6Message,
  extensionHeader,
  icmpv6Message,
  ipv4,
  ipv6,
  mac,
  octets,
  shape,
  u8,
  u16,
} from './testing/arbitraries.ts';

const endpoints = shape({ source: ipv6, destination: ipv6 });

test('every ICMPv6 message comes back as it was sent', () => {
  fc.assert(
    fc.property(icmpv6Message, endpoints, (message, between) => {
      assert.deepEqual(decodeIcmpv6(encodeIcmpv6(message, between), between), { ok: true, value: message });
    }),
  );
});

test('every chain of extension headers comes back as it was sent', () => {
  const packet = shape({
    source: ipv6,
    destination: ipv6,
    hopLimit: u8,
    trafficClass: u8,
    flowLabel: fc.nat(0xfffff),
    extensionHeaders: fc.array(extensionHeader, { maxLength: 5 }),
    protocol: fc.constantFrom(protocols.udp, protocols.icmpv6, protocols.noNextHeader),
    payload: octets(100),
  });
  fc.assert(
    fc.property(packet, (sent) => {
      assert.deepEqual(decodeIpv6(encodeIpv6(sent)), { ok: true, value: sent });
    }),
  );
});

test('every DHCPv6 message comes back as it was sent', () => {
  fc.assert(
    fc.property(dhcpv6Message, (message) => {
      assert.deepEqual(decodeDhcpv6(encodeDhcpv6(message)), { ok: true, value: message });
    }),
  );
});

test('every DHCPv4 message comes back as it was sent, long options too', () => {
  fc.assert(
    fc.property(dhcpv4Message, (message) => {
      assert.deepEqual(decodeDhcpv4(encodeDhcpv4(message)), { ok: true, value: message });
    }),
  );
});

test('UDP comes back as it was sent, over both families', () => {
  const datagram = shape({ sourcePort: u16, destinationPort: u16, payload: octets(100) });
  const between = fc.oneof(endpoints, shape({ source: ipv4, destination: ipv4 }));
  fc.assert(
    fc.property(datagram, between, (sent, ends) => {
      assert.deepEqual(decodeUdp(encodeUdp(sent, ends), ends), { ok: true, value: sent });
    }),
  );
});

test('ARP and Ethernet come back as they were sent', () => {
  const arp = shape({
    kind: fc.constantFrom('request' as const, 'reply' as const),
    senderMac: mac,
    senderAddress: ipv4,
    targetMac: mac,
    targetAddress: ipv4,
  });
  fc.assert(
    fc.property(arp, mac, mac, (sent, source, destination) => {
      const frame = { source, destination, etherType: 0x0806, payload: encodeArp(sent) };
      assert.deepEqual(decodeEthernet(encodeEthernet(frame)), { ok: true, value: frame });
      assert.deepEqual(decodeArp(frame.payload), { ok: true, value: sent });
    }),
  );
});

test('a frame is taken apart to its innermost layer', () => {
  const addresses = shape({ source: ipv6, destination: ipv6, sourceMac: mac, destinationMac: mac });
  fc.assert(
    fc.property(icmpv6Message, addresses, (message, ends) => {
      const decoded = decodeFrame(icmpv6Frame(message, ends));
      assert.deepEqual(decoded.ok && decoded.value.icmpv6, message);
    }),
  );
  fc.assert(
    fc.property(addresses, ipv4, ipv4, (ends, source, destination) => {
      const datagram = { sourcePort: 1, destinationPort: 2, payload: Uint8Array.of(3) };
      const six = decodeFrame(udpFrame(datagram, ends));
      const four = decodeFrame(udpFrame(datagram, { ...ends, source, destination }));
      assert.deepEqual([six.ok && six.value.udp, four.ok && four.value.udp], [datagram, datagram]);
    }),
  );
});
