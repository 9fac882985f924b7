import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Body, beatAgent, startApi, type TestApi } from './harness.ts';
import { openstackAt, skip } from './openstack-command.ts';

describe('with the openstack client', { skip }, () => {
  let api: TestApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.close());

  const openstack = openstackAt(() => api.url);
  const { show, list } = openstack;

  test('creates, shows, changes and deletes a network with its subnet, ports and router', async () => {
    await beatAgent(api, 'h1', new Date().toISOString());
    const network = await show('network create --mtu 1400 --description first --tag hot blue');
    assert.deepEqual([network.name, network.mtu, network.description, network.tags], ['blue', 1400, 'first', ['hot']]);
    const modes = '--ipv6-ra-mode slaac --ipv6-address-mode slaac --dns-nameserver 2001:db8::53';
    const subnet = await show(
      `subnet create --network blue --ip-version 6 --subnet-range 2001:db8:1::/64 ${modes} six`,
    );
    assert.deepEqual(
      [subnet.cidr, subnet.ipv6_ra_mode, subnet.dns_nameservers],
      ['2001:db8:1::/64', 'slaac', ['2001:db8::53']],
    );
    const pool = '--gateway 2001:db8:2::1 --allocation-pool start=2001:db8:2::10,end=2001:db8:2::1f';
    const stateful = '--ipv6-ra-mode dhcpv6-stateful --ipv6-address-mode dhcpv6-stateful';
    await openstack(
      `subnet create --network blue --ip-version 6 --subnet-range 2001:db8:2::/64 ${stateful} ${pool} chosen`,
    );
    const fixed = '--fixed-ip subnet=chosen,ip-address=2001:db8:2::15 --mac-address fa:16:3e:00:00:05';
    const port = await show(
      `port create --network blue --host h1 ${fixed} --allowed-address ip-address=2001:db8::99 guest`,
    );
    assert.deepEqual(
      (port.fixed_ips as Body[]).map(({ ip_address: address }) => address),
      ['2001:db8:1:0:f816:3eff:fe00:5', '2001:db8:2::15'],
    );
    assert.equal((port.binding_vif_details as Body).bridge_name, 'br-hop');
    await openstack('port set --name renamed --description changed --no-allowed-address guest');
    await openstack('network set --name green --tag cold blue');
    const router = await show('router create r1');
    await openstack('router add subnet r1 six');
    await openstack('router set --route destination=2001:db8:ff::/48,gateway=2001:db8:1::9 r1');
    const shown = await show(`router show ${router.id}`);
    assert.equal(JSON.stringify(shown.interfaces_info).includes('2001:db8:1::'), true);
    const found = await list('port list --network green --fixed-ip ip-address=2001:db8:2::15 --long');
    assert.deepEqual(
      found.map(({ Name: name, Status: status }) => [name, status]),
      [['renamed', 'DOWN']],
    );
    assert.deepEqual((await list('port list --router r1')).length, 1);
    await openstack('router unset --route destination=2001:db8:ff::/48,gateway=2001:db8:1::9 r1');
    await openstack('router remove subnet r1 six');
    await openstack('router delete r1');
    await openstack('port delete renamed');
    await openstack('subnet delete six chosen');
    await openstack('network delete green');
    assert.deepEqual([await list('network list'), await list('subnet list'), await list('router list')], [[], [], []]);
  });

  test('makes security groups and their rules, and puts ports into them', async () => {
    const group = await show('security group create --stateless web');
    assert.deepEqual([group.stateful, (group.rules as Body[]).length], [false, 2]);
    const wanted = '--ethertype IPv6 --protocol tcp --dst-port 22:23 --remote-ip 2001:db8::/32';
    const rule = await show(`security group rule create ${wanted} web`);
    assert.deepEqual([rule.port_range_max, rule.remote_ip_prefix], [23, '2001:db8::/32']);
    await openstack('network create walled');
    const port = await show('port create --network walled --security-group web inside');
    assert.deepEqual(port.security_group_ids, [group.id]);
    await assert.rejects(openstack('security group delete web'), /in use/);
    await openstack('port set --no-security-group inside');
    await openstack('security group delete web');
    await openstack('port delete inside');
    await openstack('network delete walled');
  });

  test('takes subnets from pools of an address scope', async () => {
    await openstack('address scope create --ip-version 6 scope');
    const lengths = '--default-prefix-length 64 --min-prefix-length 56 --max-prefix-length 64';
    const pool = await show(
      `subnet pool create --pool-prefix 2001:db8:a::/48 ${lengths} --address-scope scope --default --tag hot six`,
    );
    assert.deepEqual(
      [pool.prefixes, pool.default_prefixlen, pool.is_default, pool.tags],
      [['2001:db8:a::/48'], 64, true, ['hot']],
    );
    await openstack('network create pooled');
    const first = await show('subnet create --network pooled --ip-version 6 --subnet-pool six first');
    assert.deepEqual(
      [first.cidr, first.gateway_ip, first.subnetpool_id],
      ['2001:db8:a::/64', '2001:db8:a::1', pool.id],
    );
    const usual = '--ip-version 6 --use-default-subnet-pool --prefix-length 60';
    assert.equal((await show(`subnet create --network pooled ${usual} second`)).cidr, '2001:db8:a:10::/60');
    await assert.rejects(openstack('subnet pool delete six'), /existing allocations/);
    await openstack('subnet pool set --pool-prefix 2001:db8:b::/48 --default-quota 9 --no-default six');
    const changed = await show('subnet pool show six');
    assert.deepEqual([changed.prefixes, changed.default_quota], [['2001:db8:a::/47'], 9]);
    assert.deepEqual((await list('subnet list --subnet-pool six')).length, 2);
    assert.deepEqual((await list('subnet pool list --no-default --address-scope scope')).length, 1);
    await openstack('subnet delete first second');
    await openstack('subnet pool delete six');
    await openstack('network delete pooled');
    await openstack('address scope delete scope');
  });

  test('makes a range of segments, and a network in it', async () => {
    const range = '--shared --network-type vxlan --minimum 10 --maximum 12';
    assert.deepEqual((await show(`network segment range create ${range} tens`)).available, ['10-12']);
    const network = await show('network create --provider-network-type vxlan --provider-segment 11 eleven');
    assert.deepEqual([network['provider:segmentation_id'], network.status], [11, 'DOWN']);
    assert.deepEqual((await show('network segment range show tens')).available, ['10', '12']);
    await assert.rejects(openstack('network segment range delete tens'), /referenced by/);
    await openstack('network delete eleven');
    await openstack('network segment range delete tens');
  });

  test('lists and disables agents, and lists extensions', async () => {
    const id = await beatAgent(api, 'h2', new Date().toISOString());
    const [agent] = await list('network agent list --host h2');
    assert.deepEqual([agent?.Host, agent?.Alive, agent?.State], ['h2', true, true]);
    await openstack(`network agent set --disable ${id}`);
    assert.equal((await show(`network agent show ${id}`)).admin_state_up, false);
    const aliases = (await list('extension list --network')).map(({ Alias: alias }) => alias);
    assert.ok(aliases.includes('port-security'));
  });

  test('hears why something was refused', async () => {
    await openstack('network create small');
    await openstack('subnet create --network small --ip-version 6 --subnet-range 2001:db8:3::/64 three');
    const again = openstack('subnet create --network small --ip-version 6 --subnet-range 2001:db8:3::/72 four');
    await assert.rejects(again, /overlaps with another subnet/);
    await assert.rejects(openstack('network show nothing'), /No Network found for nothing/);
  });
});
