import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newUuid } from '../base/index.ts';
import { byUuid } from '../ovsdb/index.ts';
import { keyText } from '../reconcile/index.ts';
import type { Port, SecurityGroupId, SecurityGroupRule, SecurityGroupRuleId } from '../resources/index.ts';
import { aSecurityGroup, aSecurityGroupRule } from '../resources/testing/builders.ts';
import { filteredPortsUuid } from './kinds/filtered-ports.ts';
import { aNetwork, aPort, mac, type Objects, prefix } from './testing/builders.ts';
import { withNorthbound } from './testing/real-northbound.ts';

const webId = '11111111-2222-4333-8444-555555555555' as SecurityGroupId;
const dbId = '66666666-7777-4888-9999-aaaaaaaaaaaa' as SecurityGroupId;
const web = aSecurityGroup({ id: webId, name: 'web' });
const db = aSecurityGroup({ id: dbId, name: 'db' });
const network = aNetwork();

const groupKey = (id: string) => ({ kind: 'security-group', id });
const addressesKey = (id: string) => ({ kind: 'security-group-addresses', id });
const portKey = ({ id }: Port) => ({ kind: 'port', id });

function aRule(differences: Partial<SecurityGroupRule> = {}): SecurityGroupRule {
  return aSecurityGroupRule({ securityGroupId: webId, ...differences });
}

function aMember(groups: readonly SecurityGroupId[], differences: Partial<Port> = {}): Port {
  return aPort({ networkId: network.id, securityGroupIds: groups, ...differences });
}

test('writes a group with its rules whole, and finds nothing to do the second time', () =>
  withNorthbound(async (nb) => {
    const rule = aRule({
      id: '22222222-3333-4444-8555-666666666666' as SecurityGroupRuleId,
      protocol: 'tcp',
      portRangeMin: 80,
      portRangeMax: 443,
      revision: 3,
    });
    const objects = { securityGroups: [{ ...web, revision: 7 }], securityGroupRules: [rule] };
    await nb.converge(objects);
    const { replica } = nb.stranger;
    const acls = [...replica.table('ACL').rows()].toSorted((a, b) => (a.match < b.match ? -1 : 1));
    assert.deepEqual(acls, [
      {
        _uuid: acls[0]?._uuid,
        priority: 1002,
        direction: 'to-lport',
        match: 'outport == @pg_11111111_2222_4333_8444_555555555555 && ip6 && ip.later_frag',
        action: 'allow-related',
        external_ids: { 'sextant:owner': `security-group/${webId}`, 'sextant:revision': '0' },
      },
      {
        _uuid: rule.id,
        priority: 1002,
        direction: 'to-lport',
        match: 'outport == @pg_11111111_2222_4333_8444_555555555555 && ip6 && tcp && tcp.dst >= 80 && tcp.dst <= 443',
        action: 'allow-related',
        external_ids: {
          'neutron:security_group_rule_id': rule.id,
          'sextant:owner': `security-group/${webId}`,
          'sextant:revision': '3',
        },
      },
    ]);
    const [group] = replica.table('Port_Group').rows();
    assert.deepEqual(
      { ...group, acls: new Set(group?.acls) },
      {
        _uuid: webId,
        name: 'pg_11111111_2222_4333_8444_555555555555',
        ports: [],
        acls: new Set(acls.map(({ _uuid }) => _uuid)),
        external_ids: {
          'neutron:security_group_id': webId,
          'sextant:owner': `security-group/${webId}`,
          'sextant:revision': '7',
        },
      },
    );
    assert.deepEqual(await nb.converge(objects), []);
    const stateless = { securityGroups: [{ ...web, revision: 8, stateful: false }], securityGroupRules: [rule] };
    await nb.converge(stateless);
    assert.deepEqual(
      [...replica.table('ACL').rows()].map(({ action }) => action),
      ['allow-stateless', 'allow-stateless'],
    );
    await nb.converge({ ...stateless, securityGroupRules: [] });
    assert.equal(replica.table('ACL').size, 0);
    await nb.converge({}, [groupKey(webId)]);
    assert.equal(replica.table('Port_Group').size, 0);
  }));

test('a port is in its groups and in the one that drops, by changes of its own alone', () =>
  withNorthbound(async (nb) => {
    const other = aMember([webId]);
    const groups: Objects = { networks: [network], securityGroups: [web, db] };
    await nb.converge({ ...groups, ports: [other] });
    const members = (uuid: string) => new Set(nb.stranger.replica.table('Port_Group').find(uuid as never)?.ports);
    const port = aMember([webId]);
    const operations = await nb.converge({ ...groups, ports: [other, port] }, [portKey(port)]);
    const mutated = operations.flatMap((one) =>
      one.op === 'mutate' && one.table === 'Port_Group' ? [one.mutations] : [],
    );
    assert.deepEqual(mutated, [[['ports', 'insert', [port.id]]], [['ports', 'insert', [port.id]]]]);
    assert.deepEqual([members(filteredPortsUuid), members(webId)], [both(other, port), both(other, port)]);
    const moved = { ...port, securityGroupIds: [dbId], revision: 2 };
    await nb.converge({ ...groups, ports: [other, moved] }, [portKey(port)]);
    assert.deepEqual([members(webId), members(dbId)], [both(other), both(port)]);
    const none = { ...port, securityGroupIds: [], revision: 3 };
    await nb.converge({ ...groups, ports: [other, none] }, [portKey(port)]);
    assert.deepEqual([members(filteredPortsUuid), members(dbId)], [both(other, port), both()]);
    const open = { ...none, portSecurityEnabled: false, revision: 4 };
    await nb.converge({ ...groups, ports: [other, open] }, [portKey(port)]);
    assert.deepEqual(members(filteredPortsUuid), both(other));
    await nb.converge({ ...groups, ports: [] }, [portKey(port), portKey(other)]);
    assert.deepEqual([members(filteredPortsUuid), members(webId)], [both(), both()]);
  }));

function both(...ports: readonly Port[]): ReadonlySet<string> {
  return new Set(ports.map(({ id }) => id));
}

test('a port that is written before its group is in it as soon as the group is there', () =>
  withNorthbound(async (nb) => {
    const port = aMember([webId]);
    const objects: Objects = { networks: [network], securityGroups: [web], ports: [port] };
    const heard: string[] = [];
    const { promise: compared, resolve } = Promise.withResolvers<void>();
    nb.target.follow({ onSnapshot: resolve, onChange: (keys) => heard.push(...keys.map(keyText)) });
    await compared;
    await nb.converge(objects, [portKey(port)]);
    assert.deepEqual(heard, []);
    await nb.converge(objects, [groupKey(webId)]);
    assert.deepEqual(heard, [keyText(portKey(port))]);
    await nb.converge(objects, [portKey(port)]);
    assert.deepEqual(nb.stranger.replica.table('Port_Group').find(webId)?.ports, [port.id]);
    assert.deepEqual(await nb.converge(objects), []);
  }));

test('members and rules that others take away come back, and those that others add stay', () =>
  withNorthbound(async (nb) => {
    const port = aMember([webId]);
    const objects: Objects = {
      networks: [network],
      securityGroups: [web],
      securityGroupRules: [aRule()],
      ports: [port],
    };
    await nb.converge(objects);
    const heard = new Set<string>();
    nb.target.follow({
      onSnapshot() {},
      onChange: (keys) => {
        for (const key of keys) heard.add(keyText(key));
      },
    });
    const theirs = newUuid();
    await nb.write(
      { op: 'insert', table: 'Logical_Switch_Port', uuid: theirs, row: { name: 'theirs' } },
      { op: 'mutate', table: 'Logical_Switch', where: byUuid(network.id), mutations: [['ports', 'insert', [theirs]]] },
      {
        op: 'mutate',
        table: 'Port_Group',
        where: byUuid(webId),
        mutations: [
          ['ports', 'delete', [port.id]],
          ['ports', 'insert', [theirs]],
        ],
      },
    );
    assert.deepEqual(heard, new Set([keyText(portKey(port))]), 'no look at the rules of the group');
    await nb.converge(objects, [portKey(port)]);
    const group = () => nb.stranger.replica.table('Port_Group').find(webId);
    assert.deepEqual(new Set(group()?.ports), new Set([port.id, theirs]));
    await nb.write({ op: 'delete', table: 'Port_Group', where: byUuid(webId) });
    assert.deepEqual(heard, new Set([portKey(port), groupKey(webId)].map(keyText)));
    await nb.converge(objects, [portKey(port), groupKey(webId)]);
    assert.deepEqual([group()?.ports, group()?.acls.length], [[port.id], 1]);
  }));

test('a group that a rule names has an address set of what OVN does not know of its ports', () =>
  withNorthbound(async (nb) => {
    const pair = (text: string) => ({ ipAddress: prefix(text), macAddress: mac('fa:16:3e:00:00:77') });
    const gateway = aMember([dbId], {
      allowedAddressPairs: ['2001:db8::77/128', '2001:db8:1::/64', '::/0', '192.0.2.7/32'].map(pair),
    });
    const rule = aRule({ remoteGroupId: dbId });
    const objects: Objects = {
      networks: [network],
      securityGroups: [web, db],
      securityGroupRules: [rule],
      ports: [gateway],
    };
    const addresses = () =>
      Object.fromEntries(
        [...nb.stranger.replica.table('Address_Set').rows()].map((row) => [row.name, new Set(row.addresses)]),
      );
    const [v4, v6] = [4, 6].map((family) => `as_66666666_7777_4888_9999_aaaaaaaaaaaa_v${family}`) as [string, string];
    await nb.converge(objects, [groupKey(webId)]);
    assert.deepEqual(addresses(), {
      [v4]: new Set(['192.0.2.7']),
      [v6]: new Set(['2001:db8::77']),
    });
    assert.equal(
      nb.stranger.replica.table('ACL').find(rule.id)?.match,
      `outport == @pg_11111111_2222_4333_8444_555555555555 && ip6 && ip6.src == {$pg_66666666_7777_4888_9999_aaaaaaaaaaaa_ip6, $${v6}}`,
    );
    await nb.converge(objects);
    const changed = { ...objects, ports: [{ ...gateway, allowedAddressPairs: ['2001:db8::78/128'].map(pair) }] };
    const operations = await nb.converge(changed, [addressesKey(dbId)]);
    assert.deepEqual(
      new Set(operations.flatMap((one) => (one.op === 'mutate' ? one.mutations : []))),
      new Set([
        ['addresses', 'delete', ['192.0.2.7']],
        ['addresses', 'delete', ['2001:db8::77']],
        ['addresses', 'insert', ['2001:db8::78']],
      ]),
    );
    assert.deepEqual(await nb.converge(changed), []);
    await nb.converge({ ...changed, securityGroupRules: [] }, [groupKey(webId), addressesKey(dbId)]);
    assert.deepEqual(addresses(), {});
  }));
