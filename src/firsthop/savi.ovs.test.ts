import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { forget, type PortIntent, relearn, tables } from './index.ts';
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
import { cookieOf, type TracedBridge, tracedBridge } from './testing/traced-bridge.ts';

const [guest, patch, neighbor, neighborPatch] = [1, 2, 3, 4];
const neighborMac = aMac('fa:16:3e:00:00:02');
const pairMac = aMac('00:00:5e:00:02:01');
const quota = 3;
const intent: PortIntent = aPortIntent({
  learnedAddressQuota: quota,
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

test('admits an address that the controller has bound to the port, as it admits a fixed one, and lets no other port have it', async () => {
  assert.equal(await bridge.send(guest, echoFrom('2001:db8:0:1::b')), 'wrong-source-ipv6');
  await bridge.wire({ ...intent, revision: 2, boundAddresses: [anAddress('2001:db8:0:1::b')] }, guest, patch);
  assert.equal(await bridge.send(guest, echoFrom('2001:db8:0:1::b')), patch);
  assert.equal(await bridge.send(guest, dadFrame('2001:db8:0:1::b')), patch);
  assert.equal(await bridge.send(neighbor, neighborsDad('2001:db8:0:1::b')), 'address-taken');
  assert.equal(await bridge.send(neighbor, echoFrom('2001:db8:0:1::b', neighborMac)), 'wrong-source-ipv6');
});

test('learns self-made addresses from their detection, up to the quota, and admits them again', async () => {
  for (const own of ['fe80::77', '2001:db8:0:1::77', '2001:db8:0:1::78']) {
    assert.equal(await bridge.send(guest, dadFrame(own)), patch);
    assert.equal(await bridge.send(guest, echoFrom(own)), patch);
  }
  assert.equal(await bridge.send(guest, dadFrame('2001:db8:0:1::79')), 'learned-address-quota');
  assert.equal(await bridge.send(guest, echoFrom('2001:db8:0:1::79')), 'wrong-source-ipv6');
  assert.equal(await bridge.send(guest, dadFrame('2001:db8:0:1::77')), patch);
});

test('learns nothing off-link, of a router, or in a stateful subnet', async () => {
  const fates = [];
  for (const target of ['2001:db8:9::1', '2001:db8:0:2::7', '2001:db8:0:1::1', 'fe80::a9fe:a9fe', '2001:db8:0:1::']) {
    fates.push(await bridge.send(guest, dadFrame(target)));
  }
  assert.deepEqual(fates, ['off-link-address', 'off-link-address', 'address-taken', 'address-taken', 'address-taken']);
});

test('learns nothing from a solicitation that its owner would not hear, and leads one that is sent astray to him', async () => {
  assert.equal(await bridge.send(guest, dadFrame('2001:db8:0:1::77', { hopLimit: 64 })), 'malformed-nd');
  assert.equal(await bridge.send(guest, dadFrame('2001:db8:0:1::77').with(14 + 40 + 1, 1)), 'malformed-nd');
  assert.equal(await bridge.send(guest, echoFrom('2001:db8:0:1::77')), 'wrong-source-ipv6');
  const elsewhere = [{ destination: anAddress('ff02::1:ff12:3456') }, { destinationMac: neighborMac }];
  for (const envelope of [...elsewhere, { destination: allNodes }, {}]) {
    const trace = await bridge.trace(guest, dadFrame('2001:db8:0:1::1234:77', envelope));
    assert.match(trace, /Final flow: .*dl_dst=33:33:ff:34:00:77,.*ipv6_dst=ff02::1:ff34:77,/);
    assert.match(trace, /-> output port is 2$/m);
  }
});

test('shows the agent each address that it learns, once, wherever in the packet it stands', async () => {
  const extensionHeaders = [{ kind: 'destination-options', body: new Uint8Array(6) }] as const;
  const claim = dadFrame('2001:db8:0:1::77', { extensionHeaders });
  const shown = /Datapath actions: set\(ipv6\(src=2001:db8:0:1::77\)\),userspace\(.*controller\(.*max_len=54/;
  assert.match(await bridge.trace(guest, claim), shown);
  assert.doesNotMatch(await bridge.trace(guest, claim), /controller/i);
  assert.doesNotMatch(await bridge.trace(guest, dadFrame('2001:db8:0:1::5')), /controller/i);
});

test('gives a learned address to the first on this host, and a pinned one to nobody else', async () => {
  assert.equal(await bridge.send(guest, dadFrame('2001:db8:0:1::77')), patch);
  assert.equal(await bridge.send(neighbor, neighborsDad('2001:db8:0:1::77')), 'address-taken');
  assert.equal(await bridge.send(neighbor, neighborsDad('2001:db8:0:1::5')), 'address-taken');
  assert.equal(await bridge.send(neighbor, neighborsDad('fe80::f816:3eff:fe00:1')), 'address-taken');
  assert.equal(await bridge.send(neighbor, neighborsDad('2001:db8:0:1::78')), neighborPatch);
});

test('unlearns for the port whose detection somebody defends, and repairs a defence that was sent to nobody', async () => {
  assert.equal(await bridge.send(guest, dadFrame('2001:db8:0:1::77')), patch);
  const owner = { source: anAddress('2001:db8:0:1::77'), sourceMac: neighborMac, destination: anAddress('::') };
  const trace = await bridge.trace(patch, advertisementFrame('2001:db8:0:1::77', [], owner));
  assert.match(trace, /Final flow: .*ipv6_dst=ff02::1,/);
  assert.match(trace, /-> output port is 1$/m);
  assert.equal(await bridge.send(guest, echoFrom('2001:db8:0:1::77')), 'wrong-source-ipv6');
  assert.equal(await bridge.send(guest, dadFrame('2001:db8:0:1::77')), 'address-taken');
});

test('keeps an address that was detected before, whatever is advertised later', async () => {
  const claim = { source: anAddress('fe80::2'), sourceMac: neighborMac, destination: allNodes };
  assert.equal(await bridge.send(patch, advertisementFrame('2001:db8:0:1::77', [], claim)), guest);
  assert.equal(await bridge.send(guest, dadFrame('2001:db8:0:1::77')), patch);
  assert.equal(await bridge.send(guest, echoFrom('2001:db8:0:1::77')), patch);
});

test('keeps others from spoiling the detection of an address that is the port’s own', async () => {
  for (const own of ['2001:db8:0:1::5', 'fe80::f816:3eff:fe00:1']) {
    assert.equal(await bridge.send(patch, neighborsDad(own)), guest);
    assert.equal(await bridge.send(guest, dadFrame(own)), patch);
    assert.equal(await bridge.send(patch, neighborsDad(own)), 'dad-denial-from-network');
  }
  assert.equal(await bridge.send(guest, dadFrame('2001:db8:0:1::77')), patch);
  assert.equal(await bridge.send(patch, neighborsDad('2001:db8:0:1::77')), guest);
});

test('gives the link-local address of a MAC to nobody else, also when the MAC is of another host', async () => {
  assert.equal(await bridge.send(guest, dadFrame('fe80::f816:3eff:fe00:42')), 'address-taken');
  assert.equal(await bridge.send(guest, dadFrame('fe80::5054:ff:fe12:3456')), 'address-taken');
  assert.equal(await bridge.send(guest, dadFrame('fe80::f816:3e00:ff:fe42')), patch);
  assert.equal(await bridge.send(guest, dadFrame('2001:db8:0:1:f816:3eff:fe00:42')), patch);
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

test('keeps what was learned when the intent changes, forgets it when told to, and learns it again', async () => {
  const wiring = { guestPort: guest, patchPort: patch, cookie: cookieOf(guest) };
  const own = anAddress('2001:db8:0:1::77');
  await bridge.send(guest, dadFrame('2001:db8:0:1::77'));
  await bridge.wire({ ...intent, revision: 2, mtuBytes: 1300 }, guest, patch);
  assert.equal(await bridge.send(guest, echoFrom('2001:db8:0:1::77')), patch);
  await bridge.remove(forget(wiring, [own]));
  assert.equal(await bridge.send(guest, echoFrom('2001:db8:0:1::77')), 'wrong-source-ipv6');
  await bridge.add(relearn(intent, wiring, [own]));
  assert.equal(await bridge.send(guest, echoFrom('2001:db8:0:1::77')), patch);
  assert.equal(await bridge.send(neighbor, neighborsDad('2001:db8:0:1::77')), 'address-taken');
  assert.equal((await bridge.dump(tables.learned)).split('\n').filter((line) => line.includes('reg7=0x77')).length, 1);
});

test('lets multicast listeners report before they have an address', async () => {
  const report = { kind: 'mldv2-report', records: [] } as const;
  assert.equal(await bridge.send(guest, icmpFrame(report, { source: anAddress('::') })), patch);
});

function neighborsDad(target: string): Uint8Array {
  return dadFrame(target, { sourceMac: neighborMac });
}
