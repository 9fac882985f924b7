import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Address, formatAddress, type Mac } from '../ip/index.ts';
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
import { answerDhcpv6 } from './dhcpv6-server.ts';
import { answerGuest, type PortIntent, responder, serverDuid } from './index.ts';
import { guestLinkLocal, guestMac } from './testing/frames.ts';
import { aMac, anAddress, aPortIntent, aPrefix, aSubnetIntent, aUuid } from './testing/intents.ts';

const leased = anAddress('2001:db8:0:1::5');
const stateful = aSubnetIntent({
  raMode: 'dhcpv6-stateful',
  addressMode: 'dhcpv6-stateful',
  dnsServers: [anAddress('2001:db8::53')],
  searchDomains: ['example.org'],
  preferredLifetimeSeconds: 1000,
  validLifetimeSeconds: 2000,
});
const intent = aPortIntent({ subnets: [stateful], fixedAddresses: [{ subnetId: stateful.id, address: leased }] });
const clientDuid = duidLinkLayer(guestMac);
const client: Dhcpv6Option = { kind: 'client-id', duid: clientDuid };
const server: Dhcpv6Option = { kind: 'server-id', duid: serverDuid };
const asksForDns: Dhcpv6Option = { kind: 'option-request', codes: [23, 24] };
const dns: Dhcpv6Option[] = [
  { kind: 'dns-servers', servers: [anAddress('2001:db8::53')] },
  { kind: 'domain-list', domains: ['example.org'] },
];
const lease = {
  kind: 'leased',
  address: leased,
  clientId: Buffer.from(clientDuid).toString('hex'),
  iaid: 7,
  validLifetimeSeconds: 2000,
} as const;

function message(type: Dhcpv6MessageType, ...options: readonly Dhcpv6Option[]): Dhcpv6Message {
  return { type, transactionId: 0x123456, options };
}

function iaAddress(address: Address, preferred = 1000, valid = 2000): Dhcpv6Option {
  return { kind: 'ia-address', address, preferredLifetimeSeconds: preferred, validLifetimeSeconds: valid, options: [] };
}

function ia(options: readonly Dhcpv6Option[], [t1Seconds, t2Seconds] = [0, 0], iaid = 7): Dhcpv6Option {
  return { kind: 'ia-na', iaid, t1Seconds, t2Seconds, options };
}

function status(status: 'success' | 'no-binding' | 'not-on-link' | 'no-addrs-avail' | 'no-prefix-avail'): Dhcpv6Option {
  return { kind: 'status-code', status, message: '' };
}

const given = ia([iaAddress(leased)], [500, 800]);

test('advertises the fixed address with the highest preference, and leases nothing yet', () => {
  assert.deepEqual(answerDhcpv6(intent, message('solicit', client, ia([]), asksForDns)), {
    reply: message('advertise', server, client, given, ...dns, { kind: 'preference', value: 255 }),
    leases: [],
  });
});

test('commits at once when asked to (RFC 8415 §18.3.1)', () => {
  assert.deepEqual(answerDhcpv6(intent, message('solicit', client, ia([]), { kind: 'rapid-commit' })), {
    reply: message('reply', server, client, given, { kind: 'rapid-commit' }),
    leases: [lease],
  });
});

test('leases on request, and extends on renew and rebind', () => {
  const expected = { reply: message('reply', server, client, given), leases: [lease] };
  assert.deepEqual(answerDhcpv6(intent, message('request', client, server, ia([]))), expected);
  assert.deepEqual(answerDhcpv6(intent, message('renew', client, server, ia([iaAddress(leased)]))), expected);
  assert.deepEqual(answerDhcpv6(intent, message('rebind', client, ia([iaAddress(leased)]))), expected);
});

test('says not-on-link to a request for a foreign prefix', () => {
  const foreign = ia([iaAddress(anAddress('2001:db8:9::1'))]);
  assert.deepEqual(answerDhcpv6(intent, message('request', client, server, foreign)), {
    reply: message('reply', server, client, ia([status('not-on-link')])),
    leases: [],
  });
});

test('leases the fixed address whatever else of the prefix is asked for', () => {
  const wish = ia([iaAddress(anAddress('2001:db8:0:1::99'))]);
  assert.deepEqual(answerDhcpv6(intent, message('request', client, server, wish))?.leases, [lease]);
});

test('withdraws an address that the port has lost, and adds the one that it got', () => {
  const lost = anAddress('2001:db8:0:1::4');
  const answer = answerDhcpv6(intent, message('renew', client, server, ia([iaAddress(lost)])));
  assert.deepEqual(answer?.reply.options[2], ia([iaAddress(leased), iaAddress(lost, 0, 0)], [500, 800]));
});

test('has no binding, and no address, for a port without a fixed address', () => {
  const bare = { ...intent, fixedAddresses: [] };
  const reply = (...options: Dhcpv6Option[]) => ({ reply: message('reply', server, client, ...options), leases: [] });
  assert.deepEqual(
    answerDhcpv6(bare, message('request', client, server, ia([]))),
    reply(ia([status('no-addrs-avail')])),
  );
  assert.deepEqual(answerDhcpv6(bare, message('renew', client, server, ia([]))), reply(ia([status('no-binding')])));
  assert.deepEqual(
    answerDhcpv6(bare, message('rebind', client, ia([iaAddress(leased)]))),
    reply(ia([iaAddress(leased, 0, 0)])),
  );
});

test('gives all addresses to the first association, and says so to the second', () => {
  const more = {
    ...intent,
    fixedAddresses: [...intent.fixedAddresses, { subnetId: stateful.id, address: anAddress('2001:db8:0:1::6') }],
  };
  const answer = answerDhcpv6(more, message('request', client, server, ia([]), ia([], [0, 0], 8)));
  const both = [iaAddress(leased), iaAddress(anAddress('2001:db8:0:1::6'))];
  assert.deepEqual(answer?.reply.options.slice(2), [ia(both, [500, 800]), ia([status('no-addrs-avail')], [0, 0], 8)]);
});

test('takes two associations of one identifier for one', () => {
  const asked = message('request', client, server, ia([]), ia([iaAddress(leased)]), asksForDns);
  assert.deepEqual(answerDhcpv6(intent, asked), {
    reply: message('reply', server, client, given, ...dns),
    leases: [lease],
  });
  const other = ia([], [0, 0], 8);
  const options = answerDhcpv6(intent, message('request', client, server, ia([]), other, ia([])))?.reply.options;
  assert.deepEqual(options?.slice(2), [given, ia([status('no-addrs-avail')], [0, 0], 8)]);
});

test('gives as many addresses as the link carries, and goes on with those', () => {
  const addresses = Array.from({ length: 64 }, (_, index) => anAddress(`2001:db8:0:1::${(index + 5).toString(16)}`));
  const crowded = { ...intent, fixedAddresses: addresses.map((address) => ({ subnetId: stateful.id, address })) };
  const reply = ask(crowded, message('solicit', client, ia([]), asksForDns));
  const offered = addressesIn(reply);
  assert.ok(offered.length > 30 && offered.length < 64, `${offered.length}`);
  assert.deepEqual(reply?.options.slice(-3, -1), dns);
  const last = addresses.slice(-offered.length);
  const renewed = ask(
    crowded,
    message('renew', client, server, ia(last.map((address) => iaAddress(address))), asksForDns),
  );
  assert.deepEqual(addressesIn(renewed), last);
  const lost = last.map((address) => iaAddress(anAddress(`2001:db8:0:1:1::${formatAddress(address).split('::')[1]}`)));
  assert.deepEqual(
    addressesIn(ask({ ...intent, fixedAddresses: [] }, message('rebind', client, ia(lost)))).length,
    lost.length,
  );
});

test('gives a second MAC behind the port no address, and the configuration', () => {
  const nested = aMac('02:00:00:00:00:07');
  assert.deepEqual(ask(intent, message('solicit', client, ia([]), asksForDns), nested)?.options.slice(2, 5), [
    ia([status('no-addrs-avail')]),
    ...dns,
  ]);
});

/** The reply to a frame with a message. */
function ask(port: PortIntent, asked: Dhcpv6Message, sourceMac: Mac = guestMac): Dhcpv6Message | undefined {
  const frame = udpFrame(
    { sourcePort: 546, destinationPort: 547, payload: encodeDhcpv6(asked) },
    {
      sourceMac,
      destinationMac: aMac('33:33:00:01:00:02'),
      source: guestLinkLocal,
      destination: anAddress('ff02::1:2'),
    },
  );
  const [reply] = answerGuest(port, frame).frames;
  const decoded = reply && decodeFrame(reply);
  const parsed = decoded?.ok && decoded.value.udp ? decodeDhcpv6(decoded.value.udp.payload) : undefined;
  return parsed?.ok ? parsed.value : undefined;
}

function addressesIn(reply: Dhcpv6Message | undefined): readonly Address[] {
  const found = reply?.options.find((option) => option.kind === 'ia-na');
  return found?.kind === 'ia-na'
    ? found.options.flatMap((option) => (option.kind === 'ia-address' ? [option.address] : []))
    : [];
}

test('has no temporary addresses and no prefixes', () => {
  const prefixes: Dhcpv6Option = { kind: 'ia-pd', iaid: 1, t1Seconds: 5, t2Seconds: 6, options: [] };
  const answer = answerDhcpv6(
    intent,
    message('request', client, server, { kind: 'ia-ta', iaid: 2, options: [] }, prefixes),
  );
  assert.deepEqual(answer?.reply.options.slice(2), [
    { kind: 'ia-ta', iaid: 2, options: [status('no-addrs-avail')] },
    { ...prefixes, t1Seconds: 0, t2Seconds: 0, options: [status('no-prefix-avail')] },
  ]);
});

test('confirms what fits the link, and nothing where nothing is asked', () => {
  const confirm = (...options: Dhcpv6Option[]) => answerDhcpv6(intent, message('confirm', client, ...options));
  const fits = confirm(ia([iaAddress(anAddress('2001:db8:0:1::1234'))]));
  assert.deepEqual(fits?.reply, message('reply', server, client, status('success')));
  const moved = confirm(ia([iaAddress(anAddress('2001:db8:9::1'))]));
  assert.deepEqual(moved?.reply, message('reply', server, client, status('not-on-link')));
  assert.equal(confirm(ia([])), undefined);
});

test("takes addresses back, and names associations that it doesn't know", () => {
  const stranger = ia([iaAddress(anAddress('2001:db8:0:1::9'))], [0, 0], 8);
  const ask = (type: 'release' | 'decline') =>
    answerDhcpv6(intent, message(type, client, server, ia([iaAddress(leased)]), stranger));
  const reply = message('reply', server, client, status('success'), ia([status('no-binding')], [0, 0], 8));
  assert.deepEqual(ask('release'), { reply, leases: [{ ...lease, kind: 'released', validLifetimeSeconds: 0 }] });
  assert.deepEqual(ask('decline'), { reply, leases: [{ ...lease, kind: 'declined', validLifetimeSeconds: 0 }] });
});

test('informs without a client identifier, in stateless mode as well', () => {
  const stateless = {
    ...intent,
    subnets: [{ ...stateful, raMode: 'dhcpv6-stateless', addressMode: 'dhcpv6-stateless' } as const],
  };
  for (const one of [intent, stateless]) {
    const answer = answerDhcpv6(one, message('information-request', { kind: 'option-request', codes: [23, 24, 32] }));
    const refresh: Dhcpv6Option = { kind: 'information-refresh-time', seconds: 86400 };
    assert.deepEqual(answer?.reply, message('reply', server, ...dns, refresh));
  }
  const refused = answerDhcpv6(stateless, message('solicit', client, ia([])));
  assert.deepEqual(refused?.reply.options[2], ia([status('no-addrs-avail')]));
});

test('discards messages with the wrong identifiers (RFC 8415 §16)', () => {
  const other: Dhcpv6Option = { kind: 'server-id', duid: duidLinkLayer(aMac('02:00:00:00:00:01')) };
  const discarded = [
    message('solicit', ia([])),
    message('solicit', client, server, ia([])),
    message('request', client, ia([])),
    message('request', client, other, ia([])),
    message('renew', client, ia([])),
    message('rebind', client, server, ia([])),
    message('confirm', client, server, ia([iaAddress(leased)])),
    message('release', server, ia([])),
    message('decline', client, other, ia([])),
    message('information-request', ia([])),
    message('information-request', other),
    message('advertise', client, server),
    message('reply', client, server),
    message('reconfigure', client, server),
  ];
  for (const one of discarded) assert.equal(answerDhcpv6(intent, one), undefined, JSON.stringify(one.type));
});

test('leases the fixed address of a subnet without modes, which nothing advertises, as Neutron does', () => {
  const { raMode: _raMode, addressMode: _addressMode, ...plain } = stateful;
  const ofPlain = { ...intent, subnets: [plain] };
  const asked = message('request', client, server, ia([]), asksForDns);
  assert.deepEqual(answerDhcpv6(ofPlain, asked), answerDhcpv6(intent, asked));
  assert.equal(answerDhcpv6({ ...ofPlain, subnets: [{ ...plain, dhcpEnabled: false }] }, asked), undefined);
  assert.equal(answerDhcpv6({ ...ofPlain, subnets: [{ ...plain, raMode: 'dhcpv6-stateful' }] }, asked), undefined);
});

test('keeps silent on a network without DHCPv6', () => {
  const silent = [aSubnetIntent(), { ...stateful, dhcpEnabled: false }];
  for (const subnet of silent) {
    assert.equal(answerDhcpv6({ ...intent, subnets: [subnet] }, message('solicit', client, ia([]))), undefined);
  }
});

test('serves only what is pinned in a stateful subnet, not what is pinned elsewhere', () => {
  const other = aSubnetIntent({ id: aUuid(201), prefix: aPrefix('2001:db8:0:2::/64') });
  const mixed = {
    ...intent,
    subnets: [stateful, other],
    fixedAddresses: [...intent.fixedAddresses, { subnetId: other.id, address: anAddress('2001:db8:0:2::5') }],
  };
  assert.deepEqual(answerDhcpv6(mixed, message('request', client, server, ia([])))?.reply.options[2], given);
});

test('answers a frame with a frame: from the responder, port 547, to the client that asked', () => {
  const payload = encodeDhcpv6(message('solicit', client, ia([])));
  const request = udpFrame(
    { sourcePort: 546, destinationPort: 547, payload },
    {
      sourceMac: guestMac,
      destinationMac: aMac('33:33:00:01:00:02'),
      source: guestLinkLocal,
      destination: anAddress('ff02::1:2'),
    },
  );
  const decoded = decodeFrame(answerGuest(intent, request).frames[0] ?? assert.fail());
  assert.ok(decoded.ok && decoded.value.udp);
  const { ethernet, ipv6, udp } = decoded.value;
  assert.deepEqual([ethernet.source, ethernet.destination], [responder.mac, guestMac]);
  assert.deepEqual([ipv6?.source, ipv6?.destination], [responder.linkLocal, guestLinkLocal]);
  assert.deepEqual([udp.sourcePort, udp.destinationPort], [547, 546]);
  const reply = decodeDhcpv6(udp.payload);
  assert.equal(reply.ok && reply.value.type, 'advertise');
});
