import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { encodeArp, encodeEthernet, etherTypes, udpFrame } from '../packet/index.ts';
import { advertisementFrame, echoFrom, guestMac } from './testing/frames.ts';
import { aMac, anAddress, aPortIntent, aPrefix, aUuid } from './testing/intents.ts';
import { type TracedBridge, tracedBridge } from './testing/traced-bridge.ts';

const [six, sixPatch] = [1, 2];
const [four, fourPatch] = [3, 4];
const otherMac = aMac('fa:16:3e:00:00:02');

let bridge: TracedBridge;

before(async () => {
  bridge = await tracedBridge();
  const pairWith = (prefix: string) => [{ prefix: aPrefix(prefix), mac: guestMac }];
  const [one, two] = [aUuid(101), aUuid(102)];
  await bridge.wire(aPortIntent({ networkId: one, allowedAddressPairs: pairWith('::/0') }), six, sixPatch);
  await bridge.wire(aPortIntent({ networkId: two, allowedAddressPairs: pairWith('0.0.0.0/0') }), four, fourPatch);
});

after(() => bridge.stop());

function datagramFrom(source: string): Uint8Array {
  return udpFrame(
    { sourcePort: 1, destinationPort: 2, payload: new Uint8Array(1) },
    {
      sourceMac: guestMac,
      destinationMac: otherMac,
      source: anAddress(source),
      destination: anAddress('192.0.2.9'),
    },
  );
}

function arpFrom(senderAddress: string): Uint8Array {
  return encodeEthernet({
    source: guestMac,
    destination: otherMac,
    etherType: etherTypes.arp,
    payload: encodeArp({
      kind: 'reply',
      senderMac: guestMac,
      senderAddress: anAddress(senderAddress),
      targetMac: otherMac,
      targetAddress: anAddress('192.0.2.9'),
    }),
  });
}

test('a pair of all IPv6 addresses admits those, and no IPv4 or ARP', async () => {
  assert.equal(await bridge.send(six, echoFrom('2001:db8:dead::1')), sixPatch);
  const claim = advertisementFrame('2001:db8:dead::1', [{ kind: 'target-link-layer-address', mac: guestMac }], {
    source: anAddress('2001:db8:dead::1'),
  });
  assert.equal(await bridge.send(six, claim), sixPatch);
  assert.equal(await bridge.send(six, datagramFrom('198.51.100.1')), 'wrong-source-ipv4');
  assert.equal(await bridge.send(six, arpFrom('198.51.100.1')), 'wrong-arp');
});

test('a pair of all IPv4 addresses admits those and their ARP, and no IPv6', async () => {
  assert.equal(await bridge.send(four, datagramFrom('198.51.100.1')), fourPatch);
  assert.equal(await bridge.send(four, arpFrom('198.51.100.1')), fourPatch);
  assert.equal(await bridge.send(four, echoFrom('2001:db8:dead::1')), 'wrong-source-ipv6');
});
