import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { detectionFlows, type PortIntent, tables } from './index.ts';
import {
  advertisementFrame,
  allNodes,
  dadFrame,
  echoFrom,
  fixedAddress,
  guestMac,
  icmpFrame,
} from './testing/frames.ts';
import { aMac, anAddress, aPortIntent, aPrefix, aSubnetIntent, aUuid } from './testing/intents.ts';
import { type TracedBridge, tracedBridge } from './testing/traced-bridge.ts';

const [guest, patch, neighbor, neighborPatch] = [1, 2, 3, 4];
const neighborMac = aMac('fa:16:3e:00:00:02');
const pairMac = aMac('00:00:5e:00:02:01');
const intent: PortIntent = aPortIntent({
  fixedAddresses: [{ subnetId: aUuid(200), address: fixedAddress }],
  allowedAddressPairs: [{ prefix: aPrefix('2001:db8:0:1::aaaa/128'), mac: pairMac }],
  subnets: [
    aSubnetIntent(),
    aSubnetIntent({
      id: aUuid(201),
      prefix: aPrefix('2001:db8:0:2::/64'),
      gateway: anAddress('2001:db8:0:2::1'),
      raMode: 'dhcpv6-stateful',
      addressMode: 'dhcpv6-stateful',
    }),
  ],
});
const neighborIntent: PortIntent = {
  ...intent,
  portId: aUuid(2),
  mac: neighborMac,
  fixedAddresses: [],
  allowedAddressPairs: [],
};

let bridge: TracedBridge;

beforeEach(async () => {
  bridge = await tracedBridge();
  await bridge.wire(intent, guest, patch);
  await bridge.wire(neighborIntent, neighbor, neighborPatch);
});

afterEach(() => bridge.stop());

test('admits what is pinned and nothing else before duplicate address detection', async () => {
  assert.equal(await bridge.send(guest, echoFrom('2001:db8:0:1::5')), patch);
  assert.equal(await bridge.send(guest, echoFrom('fe80::f816:3eff:fe00:1')), patch);
  assert.equal(await bridge.send(guest, echoFrom('2001:db8:0:1::aaaa', pairMac)), patch);
  assert.equal(await bridge.send(guest, echoFrom('2001:db8:0:1::aaaa')), 'wrong-source-ipv6');
  assert.equal(await bridge.send(guest, echoFrom('2001:db8:0:1::5', pairMac)), 'wrong-source-ipv6');
  assert.equal(await bridge.send(guest, echoFrom('2001:db8:0:1::77')), 'wrong-source-ipv6');
  assert.equal(await bridge.send(guest, echoFrom('::')), 'wrong-source-ipv6');
});

test('admits an address that the controller has bound to the port, as it admits a fixed one, and for no other port', async () => {
  assert.equal(await bridge.send(guest, echoFrom('2001:db8:0:1::b')), 'wrong-source-ipv6');
  await bridge.wire({ ...intent, revision: 2, boundAddresses: [anAddress('2001:db8:0:1::b')] }, guest, patch);
  assert.equal(await bridge.send(guest, echoFrom('2001:db8:0:1::b')), patch);
  assert.equal(await bridge.send(guest, dadFrame('2001:db8:0:1::b')), patch);
  assert.equal(await bridge.send(neighbor, neighborsDad('2001:db8:0:1::b')), 'to-agent');
  assert.equal(await bridge.send(neighbor, echoFrom('2001:db8:0:1::b', neighborMac)), 'wrong-source-ipv6');
});

test('shows the agent the detection of any other address, wherever in the packet it stands, and nobody else', async () => {
  const extensionHeaders = [{ kind: 'destination-options', body: new Uint8Array(6) }] as const;
  for (const target of ['fe80::77', '2001:db8:0:1::77', '2001:db8:9::1', '2001:db8:0:1::', 'fe80::5054:ff:fe12:3456']) {
    assert.equal(await bridge.notice(guest, dadFrame(target, { extensionHeaders })), `detection ${target}`);
    assert.equal(await bridge.send(guest, dadFrame(target)), 'to-agent');
    assert.equal(await bridge.send(guest, echoFrom(target)), 'wrong-source-ipv6');
  }
  assert.equal(await bridge.notice(guest, dadFrame('2001:db8:0:1::5')), undefined);
  assert.equal(await bridge.send(guest, dadFrame('2001:db8:0:1::77', { sourceMac: pairMac })), 'nd-target');
});

test('shows the agent what a guest uses without detecting it, where guests make addresses', async () => {
  const claims = ['2001:db8:0:1::77', 'fe80::77'];
  for (const source of claims) assert.equal(await bridge.notice(guest, echoFrom(source)), `data ${source}`);
  const anycast = '2001:db8:0:1:fdff:ffff:ffff:fffe';
  assert.equal(
    await bridge.notice(guest, advertisementFrame(anycast, [], { source: fixedAddress })),
    `data ${anycast}`,
  );
  for (const source of ['2001:db8:9::1', '2001:db8:0:2::7', 'fe80::5054:ff:fe12:3456', '::', '2001:db8:0:1::5']) {
    assert.equal(await bridge.notice(guest, echoFrom(source)), undefined, source);
  }
  assert.equal(await bridge.notice(guest, echoFrom('2001:db8:0:1::77', pairMac)), undefined);
});

test('has a guest answer the first hop, which thereby sees that it is there', async () => {
  const answer = { source: fixedAddress, destination: anAddress('fe80::a9fe:a9fe') };
  const trace = await bridge.trace(guest, advertisementFrame('2001:db8:0:1::5', [], answer));
  assert.match(trace, /-> output port is 2$/m);
  assert.match(trace, /^Datapath actions: .*,userspace\(.*controller/m);
  assert.equal(
    await bridge.notice(guest, advertisementFrame('2001:db8:0:1::5', [], answer)),
    'presence 2001:db8:0:1::5',
  );
  assert.equal(await bridge.send(guest, advertisementFrame('2001:db8:0:1::6', [], answer)), 'nd-target');
});

test('takes no solicitation for a claim that an owner would not hear, and leads one that is sent astray to him', async () => {
  assert.equal(await bridge.send(guest, dadFrame('2001:db8:0:1::77', { hopLimit: 64 })), 'malformed-nd');
  assert.equal(await bridge.send(guest, dadFrame('2001:db8:0:1::77').with(14 + 40 + 1, 1)), 'malformed-nd');
  const elsewhere = [{ destination: anAddress('ff02::1:ff12:3456') }, { destinationMac: neighborMac }];
  for (const envelope of [...elsewhere, { destination: allNodes }, {}]) {
    const trace = await bridge.trace(guest, dadFrame('2001:db8:0:1::5', envelope));
    assert.match(trace, /Final flow: .*dl_dst=33:33:ff:00:00:05,.*ipv6_dst=ff02::1:ff00:5,/);
    assert.match(trace, /-> output port is 2$/m);
  }
});

test('keeps from a guest what others say of its addresses, and what they detect of them', async () => {
  const other = { source: anAddress('fe80::2'), sourceMac: neighborMac, destination: allNodes };
  for (const own of ['2001:db8:0:1::5', 'fe80::f816:3eff:fe00:1']) {
    assert.equal(await bridge.send(patch, advertisementFrame(own, [], other)), 'own-address-advertised');
    assert.equal(await bridge.send(patch, neighborsDad(own)), 'dad-denial-from-network');
    assert.equal(await bridge.notice(patch, neighborsDad(own)), `contest ${own}`);
    assert.equal(await bridge.send(guest, dadFrame(own)), patch);
    assert.equal(await bridge.notice(patch, neighborsDad(own)), `rival ${own}`);
  }
  for (const foreign of ['2001:db8:0:1::77', '2001:db8:0:1::aaaa']) {
    assert.equal(await bridge.send(patch, advertisementFrame(foreign, [], other)), guest);
    assert.equal(await bridge.send(patch, neighborsDad(foreign)), guest);
  }
});

test('counts what is advertised of an address that the agent detects, and shows it who else does', async () => {
  const target = '2001:db8:0:1::77';
  await bridge.add(detectionFlows(anAddress(target), patch, 5n));
  const owner = { source: anAddress(target), sourceMac: neighborMac, destination: allNodes };
  await bridge.inject(patch, neighborsDad(target));
  assert.doesNotMatch(await bridge.dump(tables.detections), /n_packets=[1-9].*icmp_type=136/);
  assert.equal(await bridge.notice(patch, neighborsDad(target)), `rival ${target}`);
  assert.equal(await bridge.send(patch, advertisementFrame(target, [], owner)), guest);
  await bridge.inject(patch, advertisementFrame(target, [], owner));
  assert.match(await bridge.dump(tables.detections), /n_packets=1,.*icmp_type=136/);
});

test('repairs a defence that was sent to nobody', async () => {
  const owner = { source: anAddress('2001:db8:0:1::77'), sourceMac: neighborMac, destination: anAddress('::') };
  const trace = await bridge.trace(patch, advertisementFrame('2001:db8:0:1::77', [], owner));
  assert.match(trace, /Final flow: .*ipv6_dst=ff02::1,/);
  assert.match(trace, /-> output port is 1$/m);
});

test('inspects targets and link-layer options of neighbour discovery', async () => {
  const own = { kind: 'target-link-layer-address', mac: guestMac } as const;
  const foreign = { kind: 'target-link-layer-address', mac: neighborMac } as const;
  const from = { source: fixedAddress };
  assert.equal(await bridge.send(guest, advertisementFrame('2001:db8:0:1::5', [own], from)), patch);
  assert.equal(await bridge.send(guest, advertisementFrame('2001:db8:0:1::5', [], from)), patch);
  assert.equal(await bridge.send(guest, advertisementFrame('2001:db8:0:1::6', [own], from)), 'nd-target');
  const forwarded = { ...from, hopLimit: 254 };
  assert.equal(await bridge.send(guest, advertisementFrame('2001:db8:0:1::5', [own], forwarded)), 'nd-hop-limit');
  assert.equal(
    await bridge.send(guest, advertisementFrame('2001:db8:0:1::5', [foreign], from)),
    'nd-link-layer-address',
  );
  assert.equal(await bridge.send(guest, advertisementFrame('2001:db8:0:1::5', [own, foreign], from)), 'malformed-nd');
  const asks = (mac = guestMac) =>
    icmpFrame(
      {
        kind: 'neighbor-solicitation',
        target: anAddress('2001:db8:0:1::9'),
        options: [{ kind: 'source-link-layer-address', mac }],
      },
      from,
    );
  assert.equal(await bridge.send(guest, asks()), patch);
  assert.equal(await bridge.send(guest, asks(neighborMac)), 'nd-link-layer-address');
  const lie = [{ kind: 'source-link-layer-address', mac: guestMac } as const];
  assert.equal(await bridge.send(guest, dadFrame('2001:db8:0:1::77', {}, lie)), 'malformed-nd');
});

test('lets multicast listeners report before they have an address', async () => {
  const report = { kind: 'mldv2-report', records: [] } as const;
  assert.equal(await bridge.send(guest, icmpFrame(report, { source: anAddress('::') })), patch);
});

function neighborsDad(target: string): Uint8Array {
  return dadFrame(target, { sourceMac: neighborMac });
}
