import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Address, Mac } from '../ip/index.ts';
import {
  type Dhcpv4Message,
  type Dhcpv4MessageType,
  type Dhcpv4Option,
  decodeDhcpv4,
  decodeFrame,
  encodeDhcpv4,
  udpFrame,
} from '../packet/index.ts';
import { answerDhcpv4 } from './dhcpv4-server.ts';
import { answerGuest, responder } from './index.ts';
import { guestMac } from './testing/frames.ts';
import { aMac, anAddress, anIpv4SubnetIntent, aPortIntent, aPrefix, aSubnetIntent } from './testing/intents.ts';

const unspecified = anAddress('0.0.0.0');
const broadcast = anAddress('255.255.255.255');
const leased = anAddress('192.0.2.5');
const gateway = anAddress('192.0.2.1');
const server = anAddress('169.254.169.254');
const toServer = { destination: aPrefix('169.254.169.254/32'), nextHop: unspecified };
const subnet = anIpv4SubnetIntent({
  dnsServers: [anAddress('192.0.2.53'), anAddress('2001:db8::53')],
  searchDomains: ['example.org'],
  hostRoutes: [{ destination: aPrefix('198.51.100.0/24'), nextHop: anAddress('192.0.2.9') }],
});
const intent = aPortIntent({
  subnets: [aSubnetIntent(), subnet],
  fixedAddresses: [{ subnetId: subnet.id, address: leased }],
});

function request(
  type: Dhcpv4MessageType,
  options: readonly Dhcpv4Option[] = [],
  clientAddress = unspecified,
): Dhcpv4Message {
  return {
    operation: 'request',
    transactionId: 42,
    elapsedSeconds: 3,
    broadcast: false,
    clientAddress,
    yourAddress: unspecified,
    serverAddress: unspecified,
    relayAddress: unspecified,
    clientMac: guestMac,
    options: [{ kind: 'message-type', type }, ...options],
  };
}

const configuration: Dhcpv4Option[] = [
  { kind: 'subnet-mask', address: anAddress('255.255.255.0') },
  { kind: 'broadcast-address', address: anAddress('192.0.2.255') },
  { kind: 'interface-mtu', mtuBytes: 1442 },
  { kind: 'routers', addresses: [gateway] },
  {
    kind: 'classless-routes',
    routes: [
      toServer,
      { destination: aPrefix('198.51.100.0/24'), nextHop: anAddress('192.0.2.9') },
      { destination: aPrefix('0.0.0.0/0'), nextHop: gateway },
    ],
  },
  { kind: 'dns-servers', addresses: [anAddress('192.0.2.53')] },
  { kind: 'domain-name', domain: 'example.org' },
];

const lease = {
  kind: 'leased',
  address: leased,
  clientId: `01${guestMac.replaceAll(':', '')}`,
  iaid: 0,
  validLifetimeSeconds: 86400,
} as const;

test('offers the fixed address with all that the subnet says, and leases nothing yet', () => {
  assert.deepEqual(answerDhcpv4(intent, request('discover')), {
    server,
    leases: [],
    reply: {
      ...request('discover'),
      operation: 'reply',
      elapsedSeconds: 0,
      yourAddress: leased,
      options: [
        { kind: 'message-type', type: 'offer' },
        { kind: 'server-identifier', address: server },
        { kind: 'lease-time', seconds: 86400 },
        { kind: 'renewal-time', seconds: 43200 },
        { kind: 'rebinding-time', seconds: 75600 },
        ...configuration,
      ],
    },
  });
});

test('acknowledges the address that the client selects, reboots with or renews', () => {
  const selecting: Dhcpv4Option[] = [
    { kind: 'requested-address', address: leased },
    { kind: 'server-identifier', address: server },
  ];
  for (const one of [
    request('request', selecting),
    request('request', selecting.slice(0, 1)),
    request('request', [], leased),
  ]) {
    const answer = answerDhcpv4(intent, one);
    assert.deepEqual(answer?.reply?.options[0], { kind: 'message-type', type: 'ack' });
    assert.deepEqual(answer.reply.yourAddress, leased);
    assert.deepEqual(answer.leases, [lease]);
  }
});

test('refuses another address, and leaves a request to another server alone', () => {
  const other: Dhcpv4Option = { kind: 'requested-address', address: anAddress('192.0.2.6') };
  const answer = answerDhcpv4(intent, request('request', [other]));
  assert.deepEqual(answer?.reply?.options, [
    { kind: 'message-type', type: 'nak' },
    { kind: 'server-identifier', address: server },
  ]);
  assert.deepEqual(answer.leases, []);
  const elsewhere: Dhcpv4Option = { kind: 'server-identifier', address: anAddress('192.0.2.77') };
  assert.equal(answerDhcpv4(intent, request('request', [other, elsewhere])), undefined);
});

test('informs without an address, and takes an address back without a word', () => {
  const informed = answerDhcpv4(intent, request('inform', [], leased));
  assert.deepEqual(informed?.reply?.yourAddress, unspecified);
  assert.deepEqual(informed.reply.options.slice(2), configuration);
  assert.deepEqual(answerDhcpv4(intent, request('release', [], leased)), {
    server,
    leases: [{ ...lease, kind: 'released', validLifetimeSeconds: 0 }],
  });
});

test('is reached on-link, whether or not the subnet has a gateway, unless its routes say otherwise', () => {
  const { gateway: _gateway, ...without } = subnet;
  const routesOf = (given: Partial<typeof subnet>) => {
    const answer = answerDhcpv4({ ...intent, subnets: [{ ...without, ...given }] }, request('discover'));
    return answer?.reply?.options.flatMap((option) => (option.kind === 'classless-routes' ? option.routes : []));
  };
  assert.deepEqual(routesOf({ hostRoutes: [] }), [toServer]);
  const byDefault = { destination: aPrefix('0.0.0.0/0'), nextHop: gateway };
  assert.deepEqual(routesOf({ hostRoutes: [], gateway }), [toServer, byDefault]);
  const given = { ...toServer, nextHop: anAddress('192.0.2.9') };
  assert.deepEqual(routesOf({ hostRoutes: [given] }), [given]);
});

test('takes back a lease of the time when the server was called like the gateway', () => {
  const naming = (address: Address) => request('release', [{ kind: 'server-identifier', address }], leased);
  for (const named of [server, gateway]) assert.equal(answerDhcpv4(intent, naming(named))?.leases[0]?.kind, 'released');
  assert.equal(answerDhcpv4(intent, naming(anAddress('192.0.2.77'))), undefined);
});

test('gives a second MAC behind the port no address', () => {
  const nested = aMac('02:00:00:00:00:07');
  const ask = (sourceMac: Mac, clientMac: Mac) =>
    udpFrame(
      { sourcePort: 68, destinationPort: 67, payload: encodeDhcpv4({ ...request('discover'), clientMac }) },
      { sourceMac, destinationMac: aMac('ff:ff:ff:ff:ff:ff'), source: unspecified, destination: broadcast },
    );
  const answersTo = (sourceMac: Mac, clientMac: Mac) => answerGuest(intent, ask(sourceMac, clientMac)).frames.length;
  assert.equal(answersTo(guestMac, guestMac), 1);
  assert.equal(answersTo(nested, nested), 0);
  assert.equal(answersTo(guestMac, nested), 0, 'behind a bridge that puts its own MAC on frames');
});

test('keeps silent without an IPv4 address on the port, without DHCP, and to other servers', () => {
  assert.equal(answerDhcpv4({ ...intent, fixedAddresses: [] }, request('discover')), undefined);
  assert.equal(
    answerDhcpv4({ ...intent, subnets: [{ ...subnet, dhcpEnabled: false }] }, request('discover')),
    undefined,
  );
  assert.equal(answerDhcpv4(intent, { ...request('discover'), operation: 'reply' }), undefined);
  assert.equal(answerDhcpv4(intent, { ...request('discover'), options: [] }), undefined);
});

test('answers a frame with a frame: broadcast in IPv4, but to the client alone in Ethernet', () => {
  const ask = (message: Dhcpv4Message) =>
    udpFrame(
      { sourcePort: 68, destinationPort: 67, payload: encodeDhcpv4(message) },
      {
        sourceMac: guestMac,
        destinationMac: aMac('ff:ff:ff:ff:ff:ff'),
        source: message.clientAddress,
        destination: broadcast,
      },
    );
  for (const [message, destination] of [
    [request('discover'), broadcast],
    [request('request', [], leased), leased],
  ] as const) {
    const decoded = decodeFrame(answerGuest(intent, ask(message)).frames[0] ?? assert.fail());
    assert.ok(decoded.ok && decoded.value.udp);
    const { ethernet, ipv4, udp } = decoded.value;
    assert.deepEqual([ethernet.source, ethernet.destination], [responder.mac, guestMac]);
    assert.deepEqual([ipv4?.source, ipv4?.destination], [server, destination]);
    assert.deepEqual([udp.sourcePort, udp.destinationPort], [67, 68]);
    assert.ok(decodeDhcpv4(udp.payload).ok);
  }
});
