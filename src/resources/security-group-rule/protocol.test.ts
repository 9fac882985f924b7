import assert from 'node:assert/strict';
import { test } from 'node:test';
import { protocolNumber } from './protocol.ts';

test('takes names and numbers of a protocol for the same', () => {
  assert.equal(protocolNumber({ protocol: 'vrrp', ethertype: 'IPv4' }), 112);
  assert.equal(protocolNumber({ protocol: '112', ethertype: 'IPv4' }), 112);
  assert.equal(protocolNumber({ protocol: '250', ethertype: 'IPv6' }), 250);
});

test('takes every spelling of ICMP in a rule about IPv6 for ICMPv6', () => {
  for (const protocol of ['icmp', 'icmpv6', 'ipv6-icmp', '1', '58'])
    assert.equal(protocolNumber({ protocol, ethertype: 'IPv6' }), 58, protocol);
  assert.equal(protocolNumber({ protocol: 'icmp', ethertype: 'IPv4' }), 1);
});

test('takes zero for any protocol', () => {
  for (const protocol of [undefined, '0', 'ip', 'hopopt'])
    assert.equal(protocolNumber({ protocol, ethertype: 'IPv4' }), undefined);
});
