import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress } from '../ip/index.ts';
import { decodeFrame, type RouterAdvertisement } from '../packet/index.ts';
import { farewellFrames, type PortIntent } from './index.ts';
import { aMac, anAddress, aPortIntent, aPrefix, aRouterIntent, aSubnetIntent, aUuid } from './testing/intents.ts';

/** Who speaks, and what. */
function farewells(previous: PortIntent, next: PortIntent): readonly [string, RouterAdvertisement][] {
  return farewellFrames(previous, next).map((frame) => {
    const decoded = decodeFrame(frame);
    assert.ok(decoded.ok && decoded.value.icmpv6?.kind === 'router-advertisement');
    assert.equal(decoded.value.ethernet.destination, '33:33:00:00:00:01');
    return [formatAddress(decoded.value.ipv6?.source ?? assert.fail()), decoded.value.icmpv6];
  });
}

test('a router that is gone says so itself, and nothing of the prefix that others go on advertising', () => {
  const [gone, stays] = [aRouterIntent({ preference: 'high' }), aRouterIntent({ mac: aMac('fa:16:3e:00:00:77') })];
  const [[source, message] = assert.fail(), ...others] = farewells(
    aPortIntent({ routers: [gone, stays] }),
    aPortIntent({ routers: [stays] }),
  );
  assert.deepEqual(others, []);
  assert.equal(source, formatAddress(gone.linkLocal));
  assert.deepEqual([message.routerLifetimeSeconds, message.preference, message.options], [0, 'medium', []]);
});

test('nothing is taken back where nothing was withdrawn: a new router, another MTU, a router that was down', () => {
  const routed = aPortIntent();
  const isolated = aPortIntent({ routers: [] });
  const down = aPortIntent({ routers: [aRouterIntent({ routerLifetimeSeconds: 0 })] });
  assert.deepEqual(farewellFrames(isolated, routed), []);
  assert.deepEqual(farewellFrames(routed, aPortIntent({ mtuBytes: 1280 })), []);
  assert.deepEqual(farewellFrames(routed, down), []);
  assert.deepEqual(farewellFrames(down, isolated), []);
});

test('a prefix, a resolver and a search domain that nobody advertises any more are taken back by who did', () => {
  const dns = { dnsServers: [anAddress('2001:db8::53')], searchDomains: ['example.org'] };
  const stays = aSubnetIntent();
  const gone = aSubnetIntent({ id: aUuid(201), prefix: aPrefix('2001:db8:0:2::/64'), ...dns });
  const routers = [aRouterIntent({ subnetIds: [stays.id, gone.id] })];
  const [[, message] = assert.fail(), ...others] = farewells(
    aPortIntent({ subnets: [stays, gone], routers }),
    aPortIntent({ subnets: [stays], routers }),
  );
  assert.deepEqual(others, []);
  assert.equal(message.routerLifetimeSeconds, 1800, 'it is a router still');
  assert.deepEqual(message.options, [
    {
      kind: 'prefix-information',
      prefix: gone.prefix,
      onLink: true,
      autonomous: true,
      validLifetimeSeconds: 7200,
      preferredLifetimeSeconds: 0,
    },
    { kind: 'rdnss', lifetimeSeconds: 0, servers: dns.dnsServers },
    { kind: 'dnssl', lifetimeSeconds: 0, domains: dns.searchDomains },
  ]);
});

test('many prefixes are taken back in as many messages as it takes', () => {
  const subnets = Array.from({ length: 60 }, (_, index) =>
    aSubnetIntent({ id: aUuid(1000 + index), prefix: aPrefix(`2001:db8:1:${index.toString(16)}::/64`) }),
  );
  const routers = [aRouterIntent({ subnetIds: subnets.map(({ id }) => id) })];
  const previous = aPortIntent({ subnets, routers });
  const next = aPortIntent({ subnets: [], routers });
  assert.ok(farewellFrames(previous, next).every((frame) => frame.length <= 14 + 1280));
  const withdrawn = farewells(previous, next).flatMap(([, { options }]) => options);
  assert.deepEqual(
    withdrawn.map((option) => option.kind === 'prefix-information' && option.prefix),
    subnets.map(({ prefix }) => prefix),
  );
});
