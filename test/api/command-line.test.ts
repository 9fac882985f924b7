import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { collectionDescriptions } from '../../src/client/index.ts';
import { apiTest, type Body, type TestApi } from './harness.ts';

const execute = promisify(execFile);
const program = join(import.meta.dirname, '../../bin/cli.ts');

/** Runs one command line, and answers what it printed. Throws what it complained of. */
async function sextant({ url }: TestApi, format: string, command: string): Promise<string> {
  const { stdout } = await execute(process.execPath, [program, '-e', url, '-f', format, ...command.split(' ')]);
  return stdout;
}

async function show(api: TestApi, command: string): Promise<Body> {
  return JSON.parse(await sextant(api, 'json', command)) as Body;
}

apiTest('a resource without a file of its own has all verbs and actions on the command line', async (api) => {
  const made = await show(api, 'address-group create servers --addresses 2001:db8::1,2001:db8::2 --description first');
  assert.deepEqual([made.name, made.description], ['servers', 'first']);
  assert.deepEqual(made.addresses, ['2001:db8::1/128', '2001:db8::2/128']);
  const more = await show(api, 'address-group add-addresses servers --addresses 2001:db8::3 --addresses 2001:db8::4');
  assert.equal((more.addresses as unknown[]).length, 4);
  await show(api, 'address-group remove-addresses servers --addresses 2001:db8::1,2001:db8::2,2001:db8::3');
  assert.equal((await show(api, `address-group set ${made.id} --name web`)).name, 'web');
  assert.equal(await sextant(api, 'value', 'address-group list name=web'), `${made.id}\tweb\t2001:db8::4/128\n`);
  await sextant(api, 'value', 'address-group delete web');
  await assert.rejects(show(api, 'address-group show web'), /sextant: there is no address group web/);
});

apiTest('options name other resources by their names, and values as their schema says', async (api) => {
  await show(api, 'address-scope create wide --ip-version 6 --no-shared');
  const network = await show(api, 'network create blue --mtu 1400');
  const subnet = await show(
    api,
    'subnet create blue6 --network blue --cidr 2001:db8:1::/64 --gateway none --no-dhcp --dns 2001:db8::53,2001:db8::54 ' +
      '--pool 2001:db8:1::10,2001:db8:1::1f --host-routes destination=2001:db8:9::/48,nexthop=2001:db8:1::9',
  );
  assert.deepEqual([subnet.ip_version, subnet.gateway_ip, subnet.enable_dhcp], [6, null, false]);
  assert.deepEqual(subnet.dns_nameservers, ['2001:db8::53', '2001:db8::54']);
  assert.deepEqual(subnet.allocation_pools, [{ start: '2001:db8:1::10', end: '2001:db8:1::1f' }]);
  const wanted = '--fixed-ip subnet=blue6,ip-address=2001:db8:1::11 --no-security-group --no-admin-state-up';
  const port = await show(api, `port create web --network blue ${wanted}`);
  assert.deepEqual(port.fixed_ips, [{ subnet_id: subnet.id, ip_address: '2001:db8:1::11' }]);
  assert.deepEqual([port.security_groups, port.admin_state_up], [[], false]);
  const policy = await show(
    api,
    'rbac-policy create --object-type network --object blue --target-tenant other --action access_as_shared',
  );
  assert.equal(policy.object_id, network.id);
});

apiTest('a rule of a security group is made of words, numbers and the names of groups', async (api) => {
  const group = await show(api, 'security-group create guests --no-stateful');
  assert.equal(group.stateful, false);
  const rule = await show(
    api,
    'security-group-rule create --security-group guests --direction ingress --ethertype ipv6 --protocol TCP ' +
      '--port-range-min 22 --port-range-max 22 --remote-group guests',
  );
  assert.deepEqual([rule.protocol, rule.port_range_min, rule.remote_group_id], ['tcp', 22, group.id]);
  const ping = await show(api, 'security-group add-rule guests --protocol icmpv6 --type 128 --prefix 2001:db8::/32');
  assert.equal(
    await sextant(api, 'value', `security-group-rule list id=${ping.id}`),
    `${ping.id}\tingress\tIPv6\tipv6-icmp\t128\t2001:db8::/32\t${group.id}\n`,
  );
  await sextant(api, 'value', `security-group-rule delete ${rule.id} ${ping.id}`);
});

apiTest('each collection that the API describes is a noun of the command line', async (api) => {
  const help = await sextant(api, 'table', '--help');
  for (const { one, path } of Object.values(collectionDescriptions)) {
    const above = path.startsWith('qos/') ? 'qos-' : '';
    assert.match(help, new RegExp(`^  ${above}${one.replaceAll('_', '-')} `, 'm'));
  }
  const options = await sextant(api, 'table', 'security-group-rule create --help');
  assert.match(options, /--security-group <name-or-id> +a security group, by name or id \(needed\)\n/);
  assert.match(options, /--port-range-min <number> +a number from 0 to 65535, or none\n/);
});

apiTest('parts name what they are parts of, and things without an id are shown by their own name', async (api) => {
  const policy = await show(api, 'qos-policy create gold --shared');
  const rule = await show(api, 'qos-bandwidth-limit-rule create --policy gold --max-kbps 1000 --direction ingress');
  assert.equal((await show(api, `qos-bandwidth-limit-rule set ${rule.id} --policy gold --max-kbps 7`)).max_kbps, 7);
  const listed = await sextant(api, 'value', 'qos-bandwidth-limit-rule list --policy gold');
  assert.match(listed, new RegExp(`^${rule.id}\t7\t0\tingress\n$`));
  await assert.rejects(show(api, 'qos-dscp-marking-rule list'), /required option '--policy <name-or-id>'/);
  assert.equal((await show(api, 'qos-rule-type show dscp_marking')).type, 'dscp_marking');
  const network = await show(api, 'network create blue --qos-policy gold');
  assert.equal(network.qos_policy_id, policy.id);
  for (const name of ['parent', 'child']) await show(api, `port create ${name} --network blue`);
  await show(api, 'trunk create uplink --port parent');
  const vlan = 'port=child,segmentation-type=vlan,segmentation-id=100';
  const trunk = await show(api, `trunk add-subports uplink --sub-ports ${vlan}`);
  assert.equal((trunk.sub_ports as unknown[]).length, 1);
});
