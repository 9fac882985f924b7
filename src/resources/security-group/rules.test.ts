import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteRow, deleteRows, insertRow, updateRow } from '../../kit/index.ts';
import { type SecurityGroupRule, securityGroupRuleTable } from '../security-group-rule/security-group-rule.ts';
import { aContext, aSecurityGroup, aSecurityGroupRule, blue, now, problemOf, succeed } from '../testing/builders.ts';
import { newDefaultGroup } from './new-group.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';
import { type SecurityGroupInput, securityGroupTable } from './security-group.ts';

const input: SecurityGroupInput = { name: 'web', description: '', stateful: true };
const unused = { isUsed: false, ownRemoteIds: [], admittingRules: [], groupsThatAdmitIt: [], policies: [] };
const admin = aContext({ caller: { projectId: blue, isAdmin: true } });

test('lets everything leave a new group, of both families', () => {
  const { entity, changes } = succeed(decideCreate(input, aContext()));
  const rules = rulesIn(changes);
  assert.deepEqual(changes, [
    insertRow(securityGroupTable, entity),
    ...rules.map((rule) => insertRow(securityGroupRuleTable, rule)),
  ]);
  assert.deepEqual(rules.map(wordsOf), [`egress IPv4 ${entity.id} undefined`, `egress IPv6 ${entity.id} undefined`]);
});

test('lets the ports of a default group reach each other', () => {
  const { entity, changes } = newDefaultGroup(aContext());
  assert.deepEqual([entity.name, entity.isDefault], ['default', true]);
  assert.deepEqual(rulesIn(changes).map(wordsOf), [
    `egress IPv4 ${entity.id} undefined`,
    `egress IPv6 ${entity.id} undefined`,
    `ingress IPv4 ${entity.id} ${entity.id}`,
    `ingress IPv6 ${entity.id} ${entity.id}`,
  ]);
});

test('changes whether a group is stateful only while no port is in it', () => {
  const group = aSecurityGroup();
  const { entity, dirty } = succeed(decideUpdate(group, { stateful: false }, { isUsed: false }, aContext()));
  assert.deepEqual(entity, { ...group, stateful: false, revision: 2, updatedAt: now });
  assert.deepEqual(dirty, [{ kind: 'security-group', id: group.id }]);
  assert.equal(
    problemOf(decideUpdate(group, { stateful: false }, { isUsed: true }, aContext())),
    'security-group-in-use',
  );
  assert.equal(problemOf(decideUpdate(group, { stateful: true }, { isUsed: true }, aContext())), undefined);
});

test('renames every group but the default one', () => {
  const rename = (isDefault: boolean) =>
    problemOf(decideUpdate(aSecurityGroup({ isDefault }), { name: 'other' }, { isUsed: false }, aContext()));
  assert.equal(rename(true), 'default-security-group-not-renamed');
  assert.equal(rename(false), undefined);
});

test('keeps a group that a port is in, and from all but administrators the default one', () => {
  assert.equal(
    problemOf(decideDelete(aSecurityGroup(), { ...unused, isUsed: true }, aContext())),
    'security-group-in-use',
  );
  const byDefault = aSecurityGroup({ isDefault: true });
  assert.equal(problemOf(decideDelete(byDefault, unused, aContext())), 'default-security-group-kept');
  assert.equal(problemOf(decideDelete(byDefault, unused, admin)), undefined);
});

test('deletes a group with its rules and those that admit its ports elsewhere', () => {
  const [group, other, peer] = [aSecurityGroup(), aSecurityGroup(), aSecurityGroup()];
  const admitting = aSecurityGroupRule({ securityGroupId: other.id, remoteGroupId: group.id });
  const world = { ...unused, ownRemoteIds: [peer.id], admittingRules: [admitting], groupsThatAdmitIt: [other] };
  const { changes, dirty } = succeed(decideDelete(group, world, aContext()));
  assert.deepEqual(changes, [
    deleteRows(securityGroupRuleTable, {
      column: 'security_group_id',
      value: group.id,
      claimScope: `rules:${group.id}`,
    }),
    deleteRow(securityGroupRuleTable, admitting.id),
    updateRow(securityGroupTable, { ...other, revision: 2, updatedAt: now }),
    deleteRow(securityGroupTable, group.id),
  ]);
  assert.deepEqual(dirty, [
    { kind: 'security-group', id: group.id },
    { kind: 'security-group', id: other.id },
    { kind: 'security-group-addresses', id: group.id },
    { kind: 'security-group-addresses', id: peer.id },
  ]);
});

function rulesIn(changes: ReturnType<typeof newDefaultGroup>['changes']): readonly SecurityGroupRule[] {
  return changes.flatMap((change) =>
    change.kind === 'insert' && change.table.name === securityGroupRuleTable.name
      ? [change.entity as SecurityGroupRule]
      : [],
  );
}

function wordsOf({ direction, ethertype, securityGroupId, remoteGroupId }: SecurityGroupRule): string {
  return `${direction} ${ethertype} ${securityGroupId} ${remoteGroupId}`;
}
