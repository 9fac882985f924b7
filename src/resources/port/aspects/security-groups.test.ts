import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newUuid } from '../../../base/index.ts';
import type { SecurityGroupId } from '../../ids.ts';
import { aPort, aSecurityGroup, mac, prefix, problemOf, succeed } from '../../testing/builders.ts';
import type { Port } from '../port.ts';
import { addressKeys, changeGroups, chooseGroups, type GroupsRequest } from './security-groups.ts';

const [one, two] = [aSecurityGroup(), aSecurityGroup()];
const stateless = aSecurityGroup({ stateful: false });
const defaultGroupId = newUuid() as SecurityGroupId;
const world = { groups: [one, two, stateless], defaultGroupId };
const guest: GroupsRequest = { deviceOwner: '', portSecurityEnabled: true, requested: undefined };

test('puts a new port into the groups that it asks for, into none, or by default into that of its project', () => {
  assert.deepEqual(succeed(chooseGroups(guest, world)), [defaultGroupId]);
  assert.deepEqual(succeed(chooseGroups({ ...guest, requested: [] }, world)), []);
  const requested = [two.id, one.id];
  assert.deepEqual(succeed(chooseGroups({ ...guest, requested }, { ...world, groups: [one, two] })), requested);
});

test('keeps ports that serve the network out of groups, whatever they ask for', () => {
  const router = { ...guest, deviceOwner: 'network:router_interface' };
  assert.deepEqual(succeed(chooseGroups(router, world)), []);
  assert.deepEqual(succeed(chooseGroups({ ...router, requested: [one.id] }, world)), []);
  assert.deepEqual(succeed(changeGroups(router, [one.id], world)), []);
});

test('wants port security for groups', () => {
  const open = { ...guest, portSecurityEnabled: false };
  assert.deepEqual(succeed(chooseGroups(open, world)), []);
  assert.equal(
    problemOf(chooseGroups({ ...open, requested: [one.id] }, world)),
    'security-groups-without-port-security',
  );
  assert.equal(
    problemOf(changeGroups({ ...open, requested: [one.id] }, [], world)),
    'security-groups-without-port-security',
  );
  assert.equal(problemOf(changeGroups(open, [one.id], world)), 'port-has-security-groups');
  assert.deepEqual(succeed(changeGroups({ ...open, requested: [] }, [one.id], world)), []);
});

test('keeps the groups of a port whose request does not speak of them', () => {
  assert.deepEqual(succeed(changeGroups(guest, [one.id], world)), [one.id]);
  assert.deepEqual(succeed(changeGroups({ ...guest, requested: [two.id] }, [one.id], { ...world, groups: [two] })), [
    two.id,
  ]);
});

test('refuses groups that are not there, and stateful ones together with others', () => {
  const unknown = newUuid() as SecurityGroupId;
  assert.equal(problemOf(chooseGroups({ ...guest, requested: [one.id, unknown] }, world)), 'not-found');
  const requested = [one.id, stateless.id];
  assert.equal(problemOf(chooseGroups({ ...guest, requested }, world)), 'mixed-statefulness');
});

test('makes no port without a default group that it is to be in', () => {
  assert.equal(problemOf(chooseGroups(guest, { ...world, defaultGroupId: undefined })), 'unavailable');
});

test('has the addresses of groups looked at again when a port brings, takes or changes pairs', () => {
  const pair = { ipAddress: prefix('2001:db8::5/128'), macAddress: mac('fa:16:3e:00:00:01') };
  const plain = aPort({ securityGroupIds: [one.id] });
  const paired = { ...plain, allowedAddressPairs: [pair] };
  const ids = (before: Port | undefined, after: Port | undefined) => addressKeys(before, after).map(({ id }) => id);
  assert.deepEqual(ids(undefined, plain), []);
  assert.deepEqual(ids(undefined, paired), [one.id]);
  assert.deepEqual(ids(plain, paired), [one.id]);
  assert.deepEqual(ids(paired, { ...paired, name: 'other' }), []);
  assert.deepEqual(ids(paired, { ...paired, securityGroupIds: [two.id] }), [one.id, two.id]);
  assert.deepEqual(ids(paired, undefined), [one.id]);
  assert.deepEqual(ids(plain, undefined), [], 'OVN knows its addresses by itself');
});
