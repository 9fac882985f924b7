import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Body, startApi, type TestApi } from './harness.ts';
import { openstackAt, skip } from './openstack-command.ts';

describe('QoS and trunks with the openstack client', { skip }, () => {
  let api: TestApi;
  const openstack = openstackAt(() => api.url);
  const { show, list } = openstack;
  before(async () => {
    api = await startApi();
    await openstack('network create blue');
  });
  after(() => api.close());

  test('makes a policy with rules, and gives it to a network and a port', async () => {
    const policy = await show('network qos policy create --share --description first gold');
    assert.deepEqual([policy.name, policy.shared, policy.is_default, policy.rules], ['gold', true, false, []]);
    const limits = '--max-kbps 1000 --max-burst-kbits 200 --ingress';
    const rule = await show(`network qos rule create --type bandwidth-limit ${limits} gold`);
    assert.deepEqual([rule.max_kbps, rule.max_burst_kbps, rule.direction], [1000, 200, 'ingress']);
    await openstack(`network qos rule set --max-kbps 500 gold ${rule.id}`);
    await openstack('network qos rule create --type dscp-marking --dscp-mark 46 gold');
    const rules = await list('network qos rule list gold');
    assert.deepEqual(
      rules.map((each) => [each['Max Kbps'], each['DSCP mark']]),
      [
        [500, ''],
        ['', 46],
      ],
    );
    const types = (await list('network qos rule type list')).map(({ Type: type }) => type);
    assert.deepEqual(types, ['bandwidth_limit', 'dscp_marking', 'minimum_bandwidth']);
    assert.equal((await show('network qos rule type show dscp_marking')).rule_type_name, 'dscp_marking');
    await openstack('network set --qos-policy gold blue');
    const port = await show('port create --network blue --qos-policy gold guest');
    assert.deepEqual([port.qos_policy_id, port.qos_network_policy_id], [policy.id, policy.id]);
    await assert.rejects(openstack('network qos policy delete gold'), /used by/);
    await openstack('port unset --qos-policy guest');
    await openstack('network set --no-qos-policy blue');
    await openstack(`network qos rule delete gold ${rule.id}`);
    await openstack('network qos policy set --no-share --default gold');
    assert.equal((await show('network qos policy show gold')).is_default, true);
    await openstack('network qos policy delete gold');
    assert.deepEqual(await list('network qos policy list'), []);
  });

  test('makes a trunk, and adds and removes its sub-ports', async () => {
    for (const name of ['parent', 'one', 'two']) await openstack(`port create --network blue ${name}`);
    const vlan = (port: string, tag: number) => `--subport port=${port},segmentation-type=vlan,segmentation-id=${tag}`;
    const trunk = await show(`network trunk create --parent-port parent ${vlan('one', 100)} uplink`);
    assert.deepEqual([trunk.name, trunk.status, (trunk.sub_ports as Body[]).length], ['uplink', 'DOWN', 1]);
    await openstack(`network trunk set ${vlan('two', 200)} uplink`);
    const subPorts = await list('network subport list --trunk uplink');
    assert.deepEqual(
      subPorts.map((each) => each['Segmentation ID']),
      [100, 200],
    );
    await openstack('network trunk unset --subport one uplink');
    const details = (await show('port show parent')).trunk_details as Body;
    assert.equal((details.sub_ports as Body[]).length, 1);
    await assert.rejects(openstack('port delete two'), /is currently a subport/);
    await openstack('network trunk delete uplink');
    assert.deepEqual(await list('network trunk list'), []);
  });
});
