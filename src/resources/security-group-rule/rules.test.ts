import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { newUuid } from '../../base/index.ts';
import { deleteRow, insertRow, type ProjectId, updateRow } from '../../kit/index.ts';
import type { AddressGroupId, SecurityGroupId, SecurityGroupRuleId } from '../ids.ts';
import { securityGroupTable } from '../security-group/security-group.ts';
import {
  aContext,
  aRuleInput,
  aSecurityGroup,
  aSecurityGroupRule,
  now,
  prefix,
  problemOf,
  succeed,
} from '../testing/builders.ts';
import { checkBulk, decideCreate, decideDelete } from './rules.ts';
import { type SecurityGroupRuleInput, securityGroupRuleTable } from './security-group-rule.ts';
import type { RuleCreateWorld } from './world.ts';

const group = aSecurityGroup();

function create(input: Partial<SecurityGroupRuleInput>, world: Partial<RuleCreateWorld> = {}) {
  const full = { group, sameRuleId: undefined, ruleCount: 0, ...world };
  return decideCreate(aRuleInput({ securityGroupId: group.id, ...input }), full, aContext());
}

function remote(written: string, network = written) {
  return { written, prefix: prefix(network) };
}

test('adds a rule to its group, which is another one from then on', () => {
  const { entity, changes, dirty } = succeed(create({ protocol: 'tcp', portRangeMin: 22, portRangeMax: 22 }));
  const changed = { ...group, revision: 2, updatedAt: now };
  assert.deepEqual(changes, [insertRow(securityGroupRuleTable, entity), updateRow(securityGroupTable, changed)]);
  assert.deepEqual(dirty, [{ kind: 'security-group', id: group.id }]);
});

test('takes a rule from its group', () => {
  const rule = aSecurityGroupRule({ securityGroupId: group.id });
  const { changes, dirty } = succeed(decideDelete(rule, { group }, aContext()));
  const changed = { ...group, revision: 2, updatedAt: now };
  assert.deepEqual(changes, [deleteRow(securityGroupRuleTable, rule.id), updateRow(securityGroupTable, changed)]);
  assert.deepEqual(dirty, [{ kind: 'security-group', id: group.id }]);
});

test('has the addresses of a remote group looked at again when a rule that names it comes or goes', () => {
  const remoteGroupId = aSecurityGroup().id;
  const { entity, dirty } = succeed(create({ remoteGroupId }));
  const expected = [
    { kind: 'security-group', id: group.id },
    { kind: 'security-group-addresses', id: remoteGroupId },
  ];
  assert.deepEqual(dirty, expected);
  assert.deepEqual(succeed(decideDelete(entity, { group }, aContext())).dirty, expected);
});

test('stores older names of ICMPv6, and all ports at once, as Neutron does', () => {
  for (const protocol of ['icmp', 'icmpv6', 'ipv6-icmp'])
    assert.equal(succeed(create({ protocol })).entity.protocol, 'ipv6-icmp');
  for (const protocol of ['1', '58']) assert.equal(succeed(create({ protocol })).entity.protocol, '58');
  assert.equal(succeed(create({ protocol: 'icmp', ethertype: 'IPv4' })).entity.protocol, 'icmp');
  const { entity } = succeed(create({ protocol: 'udp', portRangeMin: 1, portRangeMax: 65_535 }));
  assert.deepEqual([entity.portRangeMin, entity.portRangeMax], [undefined, undefined]);
});

const refused: readonly (readonly [string, Partial<SecurityGroupRuleInput>])[] = [
  ['protocol-required', { portRangeMin: 80, portRangeMax: 80 }],
  ['protocol-without-ports', { protocol: 'esp', portRangeMin: 80, portRangeMax: 80 }],
  ['protocol-without-ports', { protocol: '0', portRangeMin: 80, portRangeMax: 80 }],
  ['invalid-port-range', { protocol: 'tcp', portRangeMin: 81, portRangeMax: 80 }],
  ['invalid-port-range', { protocol: 'sctp', portRangeMin: 81 }],
  ['invalid-port-range', { protocol: '136', portRangeMax: 81 }],
  ['invalid-port', { protocol: 'tcp', portRangeMin: 0, portRangeMax: 80 }],
  ['missing-icmp-type', { protocol: 'ipv6-icmp', portRangeMax: 0 }],
  ['invalid-icmp-value', { protocol: 'icmp', portRangeMin: 256 }],
  ['invalid-icmp-value', { protocol: 'icmp', portRangeMin: 1, portRangeMax: 256 }],
  ['prefix-of-other-ethertype', { remoteIpPrefix: remote('192.0.2.0/24') }],
  ['prefix-of-other-ethertype', { ethertype: 'IPv4', remoteIpPrefix: remote('2001:db8::/64') }],
  ['protocol-of-other-ethertype', { ethertype: 'IPv4', protocol: 'ipv6-icmp' }],
  ['protocol-of-other-ethertype', { ethertype: 'IPv4', protocol: '44' }],
  ['several-remotes', { remoteGroupId: group.id, remoteIpPrefix: remote('2001:db8::/64') }],
  ['several-remotes', { remoteGroupId: group.id, remoteAddressGroupId: newUuid() as AddressGroupId }],
];

test('refuses fields that contradict each other', () => {
  for (const [kind, input] of refused) assert.equal(problemOf(create(input)), kind, inspect(input));
});

test('takes types and codes of ICMP up to 255, a type alone, and ports of every protocol that has them', () => {
  const fine: readonly Partial<SecurityGroupRuleInput>[] = [
    { protocol: 'icmp', portRangeMin: 255, portRangeMax: 255 },
    { protocol: '58', portRangeMin: 0 },
    ...['tcp', 'udp', 'dccp', 'sctp', 'udplite', '6'].map((protocol) => ({
      protocol,
      portRangeMin: 1,
      portRangeMax: 2,
    })),
  ];
  for (const input of fine) assert.equal(problemOf(create(input)), undefined);
});

test('refuses a rule that the group has already, and more rules than a group may have', () => {
  assert.equal(problemOf(create({}, { sameRuleId: newUuid() as SecurityGroupRuleId })), 'security-group-rule-exists');
  assert.equal(problemOf(create({}, { ruleCount: 10_000 })), 'too-many-security-group-rules');
  assert.equal(problemOf(create({}, { ruleCount: 9_999 })), undefined);
});

test('answers for a group that is not there', () => {
  assert.equal(problemOf(create({}, { group: undefined })), 'not-found');
});

test('claims one name for each rule, however it is spelled', () => {
  const claimsOf = (differences: Partial<SecurityGroupRuleInput>) =>
    securityGroupRuleTable.claims?.(succeed(create(differences)).entity);
  const spellings: readonly (readonly Partial<SecurityGroupRuleInput>[])[] = [
    ['icmp', 'icmpv6', 'ipv6-icmp', '1', '58'].map((protocol) => ({ protocol })),
    ['tcp', '6'].map((protocol) => ({ protocol, portRangeMin: 22, portRangeMax: 22 })),
    [{}, { protocol: '0' }, { protocol: 'ip' }, { remoteIpPrefix: remote('::/0') }],
    [{ remoteIpPrefix: remote('2001:db8::1/64', '2001:db8::/64') }, { remoteIpPrefix: remote('2001:db8::/64') }],
  ];
  for (const [first = {}, ...others] of spellings)
    for (const other of others) assert.deepEqual(claimsOf(other), claimsOf(first));
  assert.notDeepEqual(claimsOf({ direction: 'egress' }), claimsOf({}));
  assert.notDeepEqual(claimsOf({ remoteGroupId: group.id }), claimsOf({}));
});

test('refuses rules of several groups or projects in one request, and one rule twice', () => {
  const [rome, carthage] = ['rome' as ProjectId, 'carthage' as ProjectId];
  const own = (differences: Partial<SecurityGroupRuleInput>) =>
    aRuleInput({ securityGroupId: group.id, ...differences });
  const elsewhere = own({ securityGroupId: newUuid() as SecurityGroupId });
  assert.equal(checkBulk([own({}), elsewhere], [rome, rome])?.kind, 'several-security-groups');
  assert.equal(
    checkBulk([own({ protocol: 'icmp' }), own({ protocol: '58' })], [rome, rome])?.kind,
    'duplicate-security-group-rule',
  );
  assert.equal(checkBulk([own({}), own({ direction: 'egress' })], [rome, rome]), undefined);
  assert.equal(checkBulk([own({}), own({ direction: 'egress' })], [rome, carthage])?.kind, 'several-projects');
});
