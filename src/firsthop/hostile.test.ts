import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Dhcpv6Message,
  type Dhcpv6MessageType,
  type Dhcpv6Option,
  decodeDhcpv6,
  decodeFrame,
  duidLinkLayer,
  encodeDhcpv6,
  udpFrame,
} from '../packet/index.ts';
import { answerGuest, serverDuid } from './index.ts';
import { guestLinkLocal, guestMac } from './testing/frames.ts';
import { aMac, anAddress, aPortIntent, aSubnetIntent } from './testing/intents.ts';

/** What a guest sends to harm the host that answers it, rather than to get an answer. */

const stateful = aSubnetIntent({
  raMode: 'dhcpv6-stateful',
  addressMode: 'dhcpv6-stateful',
  dnsServers: [anAddress('2001:db8::53')],
  searchDomains: ['example.org'],
});
const pinned = anAddress('2001:db8:0:1::5');
const intent = aPortIntent({
  mtuBytes: 1442,
  subnets: [stateful],
  fixedAddresses: [{ subnetId: stateful.id, address: pinned }],
});
const longestFrameBytes = 14 + intent.mtuBytes;
const client: Dhcpv6Option = { kind: 'client-id', duid: duidLinkLayer(guestMac) };
const server: Dhcpv6Option = { kind: 'server-id', duid: serverDuid };
const asksForDns: Dhcpv6Option = { kind: 'option-request', codes: [23, 24] };
const withoutServer: readonly Dhcpv6MessageType[] = ['solicit', 'confirm', 'rebind'];
const withServer: readonly Dhcpv6MessageType[] = ['request', 'renew', 'release', 'decline'];

function frameOf(type: Dhcpv6MessageType, ...options: readonly Dhcpv6Option[]): Uint8Array {
  const message: Dhcpv6Message = { type, transactionId: 1, options };
  const multicast = { destinationMac: aMac('33:33:00:01:00:02'), destination: anAddress('ff02::1:2') };
  return udpFrame(
    { sourcePort: 546, destinationPort: 547, payload: encodeDhcpv6(message) },
    { sourceMac: guestMac, source: guestLinkLocal, ...multicast },
  );
}

function many<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

const lost = anAddress('2001:db8:0:1::4');

/** An association that names an address of the port's, or one that it has lost, so many times. */
function association(iaid: number, copies = 0, address = pinned): Dhcpv6Option {
  const lifetimes = { preferredLifetimeSeconds: 1, validLifetimeSeconds: 1 };
  const named = many(copies, (): Dhcpv6Option => ({ kind: 'ia-address', address, ...lifetimes, options: [] }));
  return { kind: 'ia-na', iaid, t1Seconds: 0, t2Seconds: 0, options: named };
}

function answersTo(frame: Uint8Array): number {
  return answerGuest(intent, frame).frames.length;
}

function temporary(iaid: number): Dhcpv6Option {
  return { kind: 'ia-ta', iaid, options: [] };
}

test('says nothing to a request with more associations than any client has', () => {
  const answers = (count: number) => answersTo(frameOf('solicit', client, ...many(count, (iaid) => association(iaid))));
  assert.deepEqual([answers(16), answers(17)], [1, 0]);
});

test('says nothing to a request that is longer than the link carries', () => {
  const long = frameOf('solicit', client, ...many(6_000, temporary));
  assert.ok(long.length > 48_000);
  assert.equal(answersTo(long), 0);
});

test('withdraws an address once, however often it is named', () => {
  const once = answerGuest(intent, frameOf('renew', client, server, association(1, 1, lost), asksForDns));
  const often = answerGuest(intent, frameOf('renew', client, server, association(1, 47, lost), asksForDns));
  assert.deepEqual(often, once);
});

test('takes an address back once, however often it is named', () => {
  const { leases } = answerGuest(intent, frameOf('release', client, server, association(1, 40)));
  assert.equal(leases.length, 1);
});

test('answers whatever it is asked with a frame that the link carries, or not at all', () => {
  let answered = 0;
  for (const [frame, what] of cases()) {
    for (const reply of answerGuest(intent, frame).frames) {
      assert.ok(reply.length <= longestFrameBytes, `${what}: ${reply.length} bytes`);
      const decoded = decodeFrame(reply);
      assert.ok(decoded.ok && decoded.value.udp && decodeDhcpv6(decoded.value.udp.payload).ok, what);
      answered++;
    }
  }
  assert.ok(answered > 50);
});

/** Requests that grow in each way that they can: by associations of each kind, by addresses. */
function* cases(): Iterable<readonly [Uint8Array, string]> {
  for (const type of [...withoutServer, ...withServer]) {
    const head = [client, ...(withServer.includes(type) ? [server] : []), asksForDns];
    for (const count of [1, 4, 16, 17, 85, 550]) {
      yield [frameOf(type, ...head, ...many(count, (iaid) => association(iaid))), `${type} ${count} empty`];
      yield [frameOf(type, ...head, ...many(count, (iaid) => association(iaid, 1))), `${type} ${count} of one`];
      yield [frameOf(type, ...head, ...many(count, temporary)), `${type} ${count} temporary`];
      yield [frameOf(type, ...head, association(1, count, lost)), `${type} one of ${count}`];
    }
  }
}
