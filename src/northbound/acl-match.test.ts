import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AddressGroupId, SecurityGroupId, SecurityGroupRule } from '../resources/index.ts';
import { aSecurityGroupRule, prefix } from '../resources/testing/builders.ts';
import { fragmentsMatchOf, matchOf } from './acl-match.ts';

const securityGroupId = '11111111-2222-4333-8444-555555555555' as SecurityGroupId;
const to = 'outport == @pg_11111111_2222_4333_8444_555555555555';
const from = 'inport == @pg_11111111_2222_4333_8444_555555555555';

function match(differences: Partial<SecurityGroupRule>): string | undefined {
  return matchOf(aSecurityGroupRule({ securityGroupId, ...differences }));
}

test('says direction and family', () => {
  assert.equal(match({}), `${to} && ip6`);
  assert.equal(match({ direction: 'egress', ethertype: 'IPv4' }), `${from} && ip4`);
});

test('says every form of protocol, ports, type and code', () => {
  const cases: readonly (readonly [Partial<SecurityGroupRule>, string])[] = [
    [{ protocol: 'tcp' }, 'tcp'],
    [{ protocol: '6', portRangeMin: 22, portRangeMax: 22 }, 'tcp && tcp.dst == 22'],
    [{ protocol: 'udp', portRangeMin: 5000, portRangeMax: 6000 }, 'udp && udp.dst >= 5000 && udp.dst <= 6000'],
    [{ protocol: 'sctp', portRangeMin: 0, portRangeMax: 65535 }, 'sctp && sctp.dst >= 0 && sctp.dst <= 65535'],
    [{ protocol: 'icmp' }, 'icmp6'],
    [{ protocol: 'ipv6-icmp', portRangeMin: 128 }, 'icmp6 && icmp6.type == 128'],
    [{ protocol: '58', portRangeMin: 1, portRangeMax: 4 }, 'icmp6 && icmp6.type == 1 && icmp6.code == 4'],
    [{ protocol: 'esp' }, 'ip.proto == 50'],
    [{ protocol: '250' }, 'ip.proto == 250'],
  ];
  for (const [rule, expected] of cases) assert.equal(match(rule), `${to} && ip6 && ${expected}`, JSON.stringify(rule));
  assert.equal(
    match({ ethertype: 'IPv4', protocol: 'icmp', portRangeMin: 8, portRangeMax: 0 }),
    `${to} && ip4 && icmp4 && icmp4.type == 8 && icmp4.code == 0`,
  );
});

test('admits nothing for the ports of a protocol whose ports OVN can not match', () => {
  assert.equal(match({ protocol: 'dccp', portRangeMin: 5, portRangeMax: 5 }), undefined);
  assert.equal(match({ protocol: 'dccp' }), `${to} && ip6 && ip.proto == 33`);
});

test('says who the peers are', () => {
  const remote = '66666666-7777-4888-9999-aaaaaaaaaaaa';
  const name = remote.replaceAll('-', '_');
  const lan = { written: '2001:db8::1/64', prefix: prefix('2001:db8::/64') };
  assert.equal(match({ remoteIpPrefix: lan }), `${to} && ip6 && ip6.src == 2001:db8::/64`);
  assert.equal(match({ remoteIpPrefix: lan, direction: 'egress' }), `${from} && ip6 && ip6.dst == 2001:db8::/64`);
  assert.equal(match({ remoteIpPrefix: { written: '::/0', prefix: prefix('::/0') } }), `${to} && ip6`);
  assert.equal(
    match({ remoteGroupId: remote as SecurityGroupId, ethertype: 'IPv4' }),
    `${to} && ip4 && ip4.src == {$pg_${name}_ip4, $as_${name}_v4}`,
  );
  assert.equal(
    match({ remoteAddressGroupId: remote as AddressGroupId, protocol: 'tcp' }),
    `${to} && ip6 && ip6.src == $as_${name}_v6 && tcp`,
  );
});

test('admits later fragments of what a rule about one protocol admits, from the same peers', () => {
  const lan = { written: '2001:db8::/64', prefix: prefix('2001:db8::/64') };
  const rule = aSecurityGroupRule({ securityGroupId, protocol: 'udp', portRangeMin: 5000, remoteIpPrefix: lan });
  assert.equal(fragmentsMatchOf(rule), `${to} && ip6 && ip6.src == 2001:db8::/64 && ip.later_frag`);
  assert.equal(fragmentsMatchOf({ ...rule, protocol: undefined }), undefined, 'all of IPv6 includes fragments');
});
