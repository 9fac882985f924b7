import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePortIntent, encodePortIntent } from './index.ts';
import { aMac, anAddress, anIpv4SubnetIntent, aPortIntent, aPrefix, aSubnetIntent, aUuid } from './testing/intents.ts';

const whole = aPortIntent({
  fixedAddresses: [{ subnetId: aUuid(200), address: anAddress('2001:db8:0:1::5') }],
  allowedAddressPairs: [{ prefix: aPrefix('2001:db8:0:1::aaaa/128'), mac: aMac('fa:16:3e:00:00:aa') }],
  subnets: [
    aSubnetIntent({
      dnsServers: [anAddress('2001:db8::53')],
      searchDomains: ['example.org'],
      hostRoutes: [{ destination: aPrefix('2001:db8:ff::/48'), nextHop: anAddress('2001:db8:0:1::2') }],
    }),
    anIpv4SubnetIntent(),
  ],
});

test('comes through JSON unchanged', () => {
  assert.deepEqual(decodePortIntent(JSON.parse(JSON.stringify(encodePortIntent(whole)))), { ok: true, value: whole });
});

test('passes over attributes that a newer controller may add', () => {
  assert.ok(decodePortIntent({ ...encodePortIntent(whole), colour: 'blue' }).ok);
});

test('names the place of what is malformed', () => {
  const wire = encodePortIntent(whole);
  const cases: [unknown, string][] = [
    [undefined, ''],
    [{ ...wire, mac: 'fa:16:3e:00:00:0g' }, '/mac'],
    [{ ...wire, mtuBytes: 1 }, '/mtuBytes'],
    [{ ...wire, fixedAddresses: [{ subnetId: aUuid(200), address: 'fe80::1%eth0' }] }, '/fixedAddresses/0/address'],
    [{ ...wire, subnets: [{ ...wire.subnets[0], prefix: '2001:db8::/129' }] }, '/subnets/0/prefix'],
    [{ ...wire, subnets: [{ ...wire.subnets[0], raMode: 'manual' }] }, '/subnets/0/raMode'],
  ];
  for (const [json, at] of cases) {
    const decoded = decodePortIntent(json);
    assert.equal(decoded.ok ? 'decoded' : decoded.error.at, at);
  }
});

test('keeps what the ports of a network have in common once', () => {
  const decode = (given: Partial<typeof whole>) => {
    const decoded = decodePortIntent(structuredClone(encodePortIntent({ ...whole, ...given })));
    return decoded.ok ? decoded.value : assert.fail();
  };
  const [one, other] = [decode({}), decode({ portId: aUuid(2), mac: aMac('fa:16:3e:00:00:02') })];
  assert.equal(one.subnets, other.subnets);
  assert.equal(one.routers, other.routers);
  assert.notEqual(decode({ subnets: whole.subnets.slice(1) }).subnets, one.subnets);
});
