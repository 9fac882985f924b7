import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress, formatPrefix } from '../ip/index.ts';
import { decodeFrame } from '../packet/index.ts';
import { advertisementFrames, advertisements, answerGuest, responder } from './index.ts';
import { allNodes, guestMac, icmpFrame } from './testing/frames.ts';
import {
  aMac,
  anAddress,
  anIpv4SubnetIntent,
  aPortIntent,
  aPrefix,
  aRouterIntent,
  aSubnetIntent,
  aUuid,
} from './testing/intents.ts';

const dns = { dnsServers: [anAddress('2001:db8::53'), anAddress('192.0.2.53')], searchDomains: ['example.org'] };

test('says for each mode what Neutron promises: M, O and A flags, finite lifetimes, DNS and MTU', () => {
  const flags = (['slaac', 'dhcpv6-stateless', 'dhcpv6-stateful'] as const).map((mode) => {
    const subnets = [aSubnetIntent({ raMode: mode, addressMode: mode, ...dns })];
    const message = advertisements(aPortIntent({ subnets }))[0]?.message ?? assert.fail();
    const prefix = message.options.find((option) => option.kind === 'prefix-information') ?? assert.fail();
    return [
      mode,
      message.managed,
      message.otherConfiguration,
      prefix.kind === 'prefix-information' && prefix.autonomous,
    ];
  });
  assert.deepEqual(flags, [
    ['slaac', false, false, true],
    ['dhcpv6-stateless', false, true, true],
    ['dhcpv6-stateful', true, true, false],
  ]);
});

test('puts together a whole advertisement', () => {
  const router = aRouterIntent({ preference: 'high' });
  const all = advertisements(aPortIntent({ subnets: [aSubnetIntent(dns)], routers: [router] }));
  assert.deepEqual(all, [
    {
      source: { linkLocal: router.linkLocal, mac: router.mac },
      message: {
        kind: 'router-advertisement',
        hopLimit: 64,
        managed: false,
        otherConfiguration: false,
        preference: 'high',
        routerLifetimeSeconds: 1800,
        reachableTimeMilliseconds: 0,
        retransmitTimerMilliseconds: 0,
        options: [
          { kind: 'source-link-layer-address', mac: router.mac },
          { kind: 'mtu', mtuBytes: 1442 },
          {
            kind: 'prefix-information',
            prefix: aPrefix('2001:db8:0:1::/64'),
            onLink: true,
            autonomous: true,
            validLifetimeSeconds: 86400,
            preferredLifetimeSeconds: 14400,
          },
          { kind: 'rdnss', lifetimeSeconds: 1800, servers: [anAddress('2001:db8::53')] },
          { kind: 'dnssl', lifetimeSeconds: 1800, domains: ['example.org'] },
        ],
      },
    },
  ]);
});

test('lets each router speak for its own subnets, and the first hop for those that no router is on', () => {
  const subnets = [
    aSubnetIntent({ id: aUuid(201), prefix: aPrefix('2001:db8:0:1::/64') }),
    aSubnetIntent({ id: aUuid(202), prefix: aPrefix('2001:db8:0:2::/64') }),
    aSubnetIntent({ id: aUuid(203), prefix: aPrefix('2001:db8:0:3::/64') }),
    anIpv4SubnetIntent(),
  ];
  const routers = [
    aRouterIntent({ subnetIds: [aUuid(201)] }),
    aRouterIntent({ subnetIds: [aUuid(202)], mac: aMac('fa:16:3e:00:00:fd') }),
  ];
  const said = advertisements(aPortIntent({ subnets, routers })).map(({ source, message }) => [
    formatAddress(source.linkLocal),
    message.routerLifetimeSeconds,
    ...message.options.flatMap((option) => (option.kind === 'prefix-information' ? [formatPrefix(option.prefix)] : [])),
  ]);
  assert.deepEqual(said, [
    ['fe80::f816:3eff:fe00:fe', 1800, '2001:db8:0:1::/64'],
    ['fe80::f816:3eff:fe00:fd', 1800, '2001:db8:0:2::/64'],
    ['fe80::a9fe:a9fe', 0, '2001:db8:0:3::/64'],
  ]);
});

test('keeps silent without a router-advertisement mode, and where nothing is served', () => {
  const { raMode: _unset, ...external } = aSubnetIntent();
  assert.deepEqual(advertisements(aPortIntent({ subnets: [external] })), []);
  assert.deepEqual(advertisements(aPortIntent({ subnets: [aSubnetIntent({ dhcpEnabled: false })] })), []);
  assert.deepEqual(advertisements(aPortIntent({ subnets: [anIpv4SubnetIntent()] })), []);
});

test('makes the frames of a network once, and others as soon as anything in them is another', () => {
  const intent = aPortIntent();
  const frames = advertisementFrames(intent);
  assert.equal(advertisementFrames({ ...intent, portId: aUuid(2) }), frames);
  assert.notDeepEqual(advertisementFrames({ ...intent, mtuBytes: 1300 }), frames);
  assert.notDeepEqual(advertisementFrames({ ...intent, routers: [] }), frames);
  assert.notDeepEqual(advertisementFrames({ ...intent, subnets: [aSubnetIntent({ onLink: false })] }), frames);
  const [copy] = advertisementFrames(intent, guestMac);
  assert.deepEqual(copy?.subarray(6), frames[0]?.subarray(6));
  assert.deepEqual(advertisementFrames(intent), frames);
});

test('answers a solicitation, from the unspecified address too, in a frame to the guest alone', () => {
  const intent = aPortIntent();
  for (const source of ['::', 'fe80::f816:3eff:fe00:1']) {
    const { frames } = answerGuest(
      intent,
      icmpFrame({ kind: 'router-solicitation', options: [] }, { source: anAddress(source) }),
    );
    const decoded = decodeFrame(frames[0] ?? assert.fail());
    assert.ok(decoded.ok && frames.length === 1);
    assert.equal(decoded.value.ethernet.destination, guestMac);
    assert.equal(decoded.value.ethernet.source, intent.routers[0]?.mac);
    assert.deepEqual(decoded.value.ipv6?.destination, allNodes);
    assert.equal(decoded.value.ipv6?.hopLimit, 255);
    assert.equal(decoded.value.icmpv6?.kind, 'router-advertisement');
  }
});

test('ignores a solicitation that RFC 4861 §6.1.1 calls invalid', () => {
  const link = { kind: 'source-link-layer-address', mac: guestMac } as const;
  const named = icmpFrame({ kind: 'router-solicitation', options: [link] }, { source: anAddress('::') });
  assert.deepEqual(answerGuest(aPortIntent(), named), { frames: [], leases: [] });
  const forwarded = icmpFrame({ kind: 'router-solicitation', options: [] }).with(14 + 7, 254);
  assert.deepEqual(answerGuest(aPortIntent(), forwarded).frames, []);
});

test('advertises unasked to all nodes', () => {
  const decoded = decodeFrame(advertisementFrames(aPortIntent({ routers: [] }))[0] ?? assert.fail());
  assert.ok(decoded.ok);
  assert.equal(decoded.value.ethernet.destination, '33:33:00:00:00:01');
  assert.equal(decoded.value.ethernet.source, responder.mac);
  assert.deepEqual(decoded.value.ipv6?.source, responder.linkLocal);
});

test('says in several advertisements what is too much for one, each with the fixed fields, the MAC and the MTU', () => {
  const subnets = Array.from({ length: 100 }, (_, index) => {
    const hex = index.toString(16);
    return aSubnetIntent({
      id: aUuid(1000 + index),
      prefix: aPrefix(`2001:db8:1:${hex}::/64`),
      dnsServers: [1, 2].map((host) => anAddress(`2001:db8:1:${hex}::${host}`)),
      searchDomains: [`a-department-with-a-long-name-${hex}.example.org`],
    });
  });
  const routers = [aRouterIntent({ subnetIds: subnets.map(({ id }) => id) })];
  for (const mtuBytes of [1280, 1442, 9000]) {
    const intent = aPortIntent({ subnets, routers, mtuBytes });
    const [{ message: whole } = assert.fail()] = advertisements(intent);
    const frames = advertisementFrames(intent);
    assert.ok(frames.length > 1 && frames.every((frame) => frame.length <= 14 + 1280));
    const parts = frames.map((frame) => {
      const decoded = decodeFrame(frame);
      assert.ok(decoded.ok && decoded.value.icmpv6?.kind === 'router-advertisement');
      const { options, ...fields } = decoded.value.icmpv6;
      assert.deepEqual({ ...fields, options: options.slice(0, 2) }, { ...whole, options: whole.options.slice(0, 2) });
      return options.slice(2);
    });
    const [servers, domains] = [
      subnets.flatMap((subnet) => subnet.dnsServers),
      subnets.flatMap((subnet) => subnet.searchDomains),
    ];
    const said = parts.flat();
    assert.deepEqual(
      said.filter((option) => option.kind === 'prefix-information'),
      whole.options.filter((option) => option.kind === 'prefix-information'),
    );
    assert.deepEqual(
      said.flatMap((option) => (option.kind === 'rdnss' ? option.servers : [])),
      servers,
    );
    assert.deepEqual(
      said.flatMap((option) => (option.kind === 'dnssl' ? option.domains : [])),
      domains,
    );
  }
});
