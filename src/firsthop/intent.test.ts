import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decodeNetworkIntent,
  decodeOwnIntent,
  decodeWholeIntent,
  joinIntent,
  networkContent,
  ownContent,
  splitIntent,
  wholeContent,
  withRevision,
} from './index.ts';
import { aMac, anAddress, anIpv4SubnetIntent, aPortIntent, aPrefix, aSubnetIntent, aUuid } from './testing/intents.ts';

const whole = aPortIntent({
  revision: 7,
  fixedAddresses: [{ subnetId: aUuid(200), address: anAddress('2001:db8:0:1::5') }],
  allowedAddressPairs: [{ prefix: aPrefix('2001:db8:0:1::aaaa/128'), mac: aMac('fa:16:3e:00:00:aa') }],
  boundAddresses: [anAddress('fe80::77'), anAddress('2001:db8:0:1::77')],
  openPorts: true,
  subnets: [
    aSubnetIntent({
      dnsServers: [anAddress('2001:db8::53')],
      searchDomains: ['example.org'],
      hostRoutes: [{ destination: aPrefix('2001:db8:ff::/48'), nextHop: anAddress('2001:db8:0:1::2') }],
    }),
    anIpv4SubnetIntent(),
  ],
});
const { own, network } = splitIntent(whole);

test('comes through JSON unchanged, each part for itself and both as one', () => {
  const read = (content: string) => JSON.parse(withRevision(content, 7));
  assert.deepEqual(decodeOwnIntent(read(ownContent(own))), { ok: true, value: own });
  assert.deepEqual(decodeNetworkIntent(read(networkContent(network))), { ok: true, value: network });
  assert.deepEqual(decodeWholeIntent(read(wholeContent(own, network))), {
    ok: true,
    value: { ...whole, openPorts: false },
  });
});

test('says nothing of bound addresses or open ports where there are none, as older versions do', () => {
  const [none, closed] = [
    { ...own, boundAddresses: [] },
    { ...network, openPorts: false },
  ];
  assert.doesNotMatch(ownContent(none) + networkContent(closed), /bound|open/);
  assert.deepEqual(decodeOwnIntent(JSON.parse(withRevision(ownContent(none), 7))), { ok: true, value: none });
});

test('has the same content whatever its revision is', () => {
  assert.equal(ownContent({ ...own, revision: 8 }), ownContent(own));
  assert.equal(networkContent({ ...network, revision: 8 }), networkContent(network));
});

test('a port is down with its network, and as new as the newer of both', () => {
  const joined = joinIntent({ ...own, revision: 9 }, { ...network, adminStateUp: false });
  assert.deepEqual(joined, { ...whole, revision: 9, adminStateUp: false });
  assert.equal(joinIntent({ ...own, adminStateUp: false }, network).adminStateUp, false);
  assert.equal(joinIntent(own, { ...network, revision: 9 }).revision, 9);
});

test('passes over attributes that a newer controller may add', () => {
  assert.ok(decodeOwnIntent({ ...JSON.parse(withRevision(ownContent(own), 7)), colour: 'blue' }).ok);
  assert.ok(decodeNetworkIntent({ ...JSON.parse(withRevision(networkContent(network), 7)), colour: 'blue' }).ok);
});

test('names the place of what is malformed', () => {
  const wire = JSON.parse(withRevision(wholeContent(own, network), 7));
  const cases: [unknown, string][] = [
    [undefined, ''],
    [{ ...wire, mac: 'fa:16:3e:00:00:0g' }, '/mac'],
    [{ ...wire, mtuBytes: 1 }, '/mtuBytes'],
    [{ ...wire, fixedAddresses: [{ subnetId: aUuid(200), address: 'fe80::1%eth0' }] }, '/fixedAddresses/0/address'],
    [{ ...wire, boundAddresses: ['fe80::1', 'fe80::'.repeat(2)] }, '/boundAddresses/1'],
    [{ ...wire, subnets: [{ ...wire.subnets[0], prefix: '2001:db8::/129' }] }, '/subnets/0/prefix'],
    [{ ...wire, subnets: [{ ...wire.subnets[0], raMode: 'manual' }] }, '/subnets/0/raMode'],
  ];
  for (const [json, at] of cases) {
    const decoded = decodeWholeIntent(json);
    assert.equal(decoded.ok ? 'decoded' : decoded.error.at, at);
  }
});
