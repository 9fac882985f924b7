import assert from 'node:assert/strict';
import { apiTest, type Body, beatAgent, errorType, type Made, memberOf, type TestApi } from './harness.ts';

const stateful = { ip_version: 6, ipv6_ra_mode: 'dhcpv6-stateful', ipv6_address_mode: 'dhcpv6-stateful' };

function addressesOf({ fixed_ips: fixedIps }: Body): readonly string[] {
  return (fixedIps as Body[]).map(({ ip_address: address }) => String(address));
}

async function statefulNetwork(api: TestApi, pool: [string, string]): Promise<{ network: Made; subnet: Made }> {
  const network = await api.create('networks');
  const [start, end] = pool;
  const pools = { allocation_pools: [{ start, end }] };
  const subnet = await api.create('subnets', { network_id: network.id, cidr: '2001:db8::/64', ...stateful, ...pools });
  return { network, subnet };
}

apiTest('gives out a pool to the last address, to each port another, and takes them back', async (api) => {
  const { network } = await statefulNetwork(api, ['2001:db8::10', '2001:db8::1f']);
  const post = () => api.call('POST', '/v2.0/ports', { body: { port: { network_id: network.id } } });
  const answers = await Promise.all(Array.from({ length: 20 }, post));
  const ports = answers.filter(({ status }) => status === 201).map(({ json }) => json.port as Made);
  const all = Array.from({ length: 16 }, (_, index) => `2001:db8::${(16 + index).toString(16)}`);
  assert.deepEqual(ports.flatMap(addressesOf).sort(), all);
  const refused = answers.filter(({ status }) => status !== 201);
  assert.deepEqual(refused.map(errorType), Array(4).fill('IpAddressGenerationFailure'));
  const [first] = ports;
  assert.ok(first);
  await api.call('DELETE', `/v2.0/ports/${first.id}`);
  const { json } = await post();
  assert.deepEqual(addressesOf(json.port as Body), addressesOf(first));
});

apiTest('gives an address that was asked for to nobody else', async (api) => {
  const { network, subnet } = await statefulNetwork(api, ['2001:db8::10', '2001:db8::11']);
  const fixedIps = [{ subnet_id: subnet.id, ip_address: '2001:db8::10' }];
  await api.create('ports', { network_id: network.id, fixed_ips: fixedIps });
  const again = { network_id: network.id, fixed_ips: [{ ip_address: '2001:DB8:0::10' }] };
  const refused = await api.call('POST', '/v2.0/ports', { body: { port: again } });
  assert.deepEqual([refused.status, errorType(refused)], [409, 'IpAddressAlreadyAllocated']);
  const other = await api.create('ports', { network_id: network.id });
  assert.deepEqual(addressesOf(other), ['2001:db8::11']);
});

apiTest('holds eight addresses over four subnets on one port', async (api) => {
  const network = await api.create('networks');
  const fixedIps: Body[] = [];
  for (const number of [1, 2, 3, 4]) {
    const cidr = `2001:db8:${number}::/64`;
    const subnet = await api.create('subnets', { network_id: network.id, cidr, ...stateful });
    fixedIps.push({ subnet_id: subnet.id, ip_address: `2001:db8:${number}::a` }, { subnet_id: subnet.id });
  }
  const port = await api.create('ports', { network_id: network.id, fixed_ips: fixedIps });
  assert.equal(new Set(addressesOf(port)).size, 8);
});

apiTest('finds ports by address, part of an address, subnet, host and device', async (api) => {
  const { network, subnet } = await statefulNetwork(api, ['2001:db8::10', '2001:db8::1f']);
  const port = await api.create('ports', {
    network_id: network.id,
    fixed_ips: [{ ip_address: '2001:db8::abcd' }],
    'binding:host_id': 'h1',
    device_id: 'vm-1',
    mac_address: 'FA:16:3E:00:00:0A',
  });
  await api.create('ports', { network_id: network.id, fixed_ips: [] });
  const queries = [
    'fixed_ips=ip_address=2001:db8:0::ABCD',
    'fixed_ips=ip_address%3D2001:db8::abcd',
    'fixed_ips=ip_address_substr=abc',
    `fixed_ips=subnet_id=${subnet.id}`,
    `fixed_ips=subnet_id=${subnet.id}&fixed_ips=ip_address=2001:db8::abcd`,
    'binding:host_id=h1',
    'device_id=vm-1&device_id=vm-2',
    'mac_address=FA:16:3e:00:00:0a',
    `id=${port.id}&network_id=${network.id}`,
  ];
  for (const query of queries) {
    const { json } = await api.call('GET', `/v2.0/ports?fields=id&${query}`);
    assert.deepEqual(json.ports, [{ id: port.id }], query);
  }
  for (const query of ['fixed_ips=ip_address=2001:db8::abce', 'fixed_ips=ip_address=nonsense', 'device_id=vm']) {
    const { json } = await api.call('GET', `/v2.0/ports?${query}`);
    assert.deepEqual(json.ports, [], query);
  }
  assert.equal(errorType(await api.call('GET', '/v2.0/ports?colour=red')), 'HTTPBadRequest');
});

apiTest('binds a port to a host, for administrators', async (api) => {
  const network = await api.create('networks', {}, memberOf('blue'));
  const port = await api.create('ports', { network_id: network.id }, memberOf('blue'));
  assert.deepEqual(
    Object.keys(port).filter((name) => name.startsWith('binding:')),
    ['binding:vnic_type'],
  );
  const body = { port: { 'binding:host_id': 'h1' } };
  const refused = await api.call('PUT', `/v2.0/ports/${port.id}`, { body, headers: memberOf('blue') });
  assert.equal(errorType(refused), 'PolicyNotAuthorized');
  await beatAgent(api, 'h1', new Date().toISOString());
  const { json } = await api.call('PUT', `/v2.0/ports/${port.id}`, { body });
  const bound = json.port as Body;
  assert.equal(bound['binding:vif_type'], 'ovs');
  assert.deepEqual(bound['binding:vif_details'], {
    port_filter: true,
    connectivity: 'l2',
    bridge_name: 'br-hop',
    bound_drivers: { '0': 'sextant' },
  });
});

apiTest(
  'fails to bind a port where no agent is alive, so that Nova tries elsewhere, until there is one',
  async (api) => {
    await beatAgent(api, 'h2', '2026-01-01T00:00:00Z');
    const { id: network_id } = await api.create('networks');
    const put = async (id: string, port: Body) =>
      (await api.call('PUT', `/v2.0/ports/${id}`, { body: { port } })).json.port as Body;
    for (const host of ['h1', 'h2']) {
      const port = await api.create('ports', { network_id, 'binding:host_id': host });
      assert.equal(port['binding:vif_type'], 'binding_failed', host);
      assert.deepEqual(port['binding:vif_details'], {});
    }
    const port = await api.create('ports', { network_id, 'binding:host_id': 'h3' });
    const agent = await beatAgent(api, 'h3', new Date().toISOString());
    assert.equal((await put(port.id, { name: 'again' }))['binding:vif_type'], 'ovs');
    await api.call('DELETE', `/v2.0/agents/${agent}`);
    assert.equal((await put(port.id, { name: 'bound' }))['binding:vif_type'], 'ovs');
    assert.equal((await put(port.id, { 'binding:host_id': '' }))['binding:vif_type'], 'unbound');
  },
);

apiTest('unbinds a port when the host is null, as Nova says it', async (api) => {
  const network = await api.create('networks');
  const port = await api.create('ports', { network_id: network.id, 'binding:host_id': 'h1', device_id: 'vm' });
  const body = { port: { 'binding:host_id': null, device_id: '', device_owner: '' } };
  const { status, json } = await api.call('PUT', `/v2.0/ports/${port.id}`, { body });
  assert.equal(status, 200);
  assert.equal((json.port as Body)['binding:host_id'], '');
});

apiTest('refuses MAC addresses that no host may have', async (api) => {
  const network = await api.create('networks');
  for (const mac of ['00:00:00:00:00:00', 'FF:FF:FF:FF:FF:FF']) {
    const body = { port: { network_id: network.id, mac_address: mac } };
    const answer = await api.call('POST', '/v2.0/ports', { body });
    assert.deepEqual([answer.status, errorType(answer)], [400, 'HTTPBadRequest'], mac);
  }
});

apiTest('refuses a filter by addresses that says nothing, rather than find every port', async (api) => {
  for (const value of ['2001:db8::5', '', 'ip_addres=2001:db8::5']) {
    const answer = await api.call('GET', `/v2.0/ports?fixed_ips=${value}`);
    assert.deepEqual([answer.status, errorType(answer)], [400, 'InvalidInput'], value);
  }
});

apiTest('keeps what the owner of a shared network decides from its guests', async (api) => {
  const shared = await api.create('networks', { shared: true });
  const subnet = await api.create('subnets', { network_id: shared.id, cidr: '2001:db8::/64', ...stateful });
  const post = (port: Body) =>
    api.call('POST', '/v2.0/ports', { body: { port: { network_id: shared.id, ...port } }, headers: memberOf('blue') });
  assert.equal((await post({})).status, 201);
  assert.equal((await post({ fixed_ips: [{ subnet_id: subnet.id }] })).status, 201);
  const forbidden: Body[] = [
    { fixed_ips: [{ ip_address: '2001:db8::5' }] },
    { mac_address: 'fa:16:3e:00:00:01' },
    { port_security_enabled: false },
    { device_owner: 'network:dhcp' },
    { allowed_address_pairs: [{ ip_address: '2001:db8::5' }] },
  ];
  for (const port of forbidden) assert.equal(errorType(await post(port)), 'PolicyNotAuthorized', JSON.stringify(port));
});

apiTest('shows the owner of a network the ports of others there, and others only their own', async (api) => {
  const red = memberOf('red');
  const network = await api.create('networks', {}, memberOf('blue'));
  await api.call('PUT', `/v2.0/networks/${network.id}`, { body: { network: { shared: true } } });
  const stranger = await api.create('ports', { network_id: network.id }, red);
  const own = await api.create('ports', { network_id: network.id }, memberOf('blue'));
  const list = async (project: string) => {
    const { json } = await api.call('GET', '/v2.0/ports?fields=id', { headers: memberOf(project) });
    return (json.ports as Made[]).map(({ id }) => id).sort();
  };
  assert.deepEqual(await list('blue'), [own.id, stranger.id].sort());
  assert.deepEqual(await list('red'), [stranger.id]);
  assert.deepEqual(await list('green'), []);
  assert.equal(errorType(await api.call('DELETE', `/v2.0/ports/${own.id}`, { headers: red })), 'PortNotFound');
});

apiTest('replaces addresses, pairs and the MAC of a port', async (api) => {
  const { network } = await statefulNetwork(api, ['2001:db8::10', '2001:db8::1f']);
  const port = await api.create('ports', { network_id: network.id });
  const put = (body: Body) => api.call('PUT', `/v2.0/ports/${port.id}`, { body: { port: body } });
  const change = {
    fixed_ips: [{ ip_address: '2001:db8::a' }, { ip_address: '2001:db8::b' }],
    allowed_address_pairs: [{ ip_address: '2001:db8:5::/48' }],
    mac_address: 'fa:16:3e:00:00:99',
  };
  const { json } = await put(change);
  const changed = json.port as Body;
  assert.deepEqual(addressesOf(changed), ['2001:db8::a', '2001:db8::b']);
  assert.deepEqual(changed.allowed_address_pairs, [
    { ip_address: '2001:db8:5::/48', mac_address: 'fa:16:3e:00:00:99' },
  ]);
  await put({ 'binding:host_id': 'h1' });
  assert.equal(errorType(await put({ mac_address: 'fa:16:3e:00:00:98' })), 'PortBound');
  const free = await api.create('ports', {
    network_id: network.id,
    fixed_ips: addressesOf(port).map((text) => ({ ip_address: text })),
  });
  assert.deepEqual(addressesOf(free), addressesOf(port));
});

apiTest('adds an address to those that a port has, as `openstack port set --fixed-ip` does', async (api) => {
  const network = await api.create('networks');
  const auto = { ip_version: 6, ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' };
  await api.create('subnets', { network_id: network.id, cidr: '2001:db8:1::/64', ...auto });
  const port = await api.create('ports', { network_id: network.id, mac_address: 'fa:16:3e:11:22:33' });
  const chosen = await api.create('subnets', { network_id: network.id, cidr: '2001:db8:2::/64', ...stateful });
  const fixedIps = [...(port.fixed_ips as Body[]), { subnet_id: chosen.id, ip_address: '2001:db8:2::9' }];
  const { json } = await api.call('PUT', `/v2.0/ports/${port.id}`, { body: { port: { fixed_ips: fixedIps } } });
  assert.deepEqual(addressesOf(json.port as Body), ['2001:db8:1:0:f816:3eff:fe11:2233', '2001:db8:2::9']);
});

apiTest('writes the keys of what changed beside it', async (api) => {
  const network = await api.create('networks');
  const port = await api.create('ports', { network_id: network.id });
  const before = await api.store.outbox.takeDirty();
  assert.deepEqual(
    before.map(({ kind, id }) => ({ kind, id })),
    [
      { kind: 'network', id: network.id },
      { kind: 'security-group', id: (port.security_groups as string[])[0] },
      { kind: 'port', id: port.id },
    ],
  );
  await api.store.outbox.acknowledge(before);
  const subnet = { network_id: network.id, ip_version: 6, cidr: 'garbage' };
  await api.call('POST', '/v2.0/subnets', { body: { subnet } });
  assert.deepEqual(await api.store.outbox.takeDirty(), []);
  const good = await api.create('subnets', { ...subnet, cidr: '2001:db8::/64' });
  const keys = (await api.store.outbox.takeDirty()).map(({ kind, id }) => `${kind} ${id}`).sort();
  assert.deepEqual(keys, [`network ${network.id}`, `subnet ${good.id}`]);
});

apiTest('shows allowed address pairs as they were written, host bits and length included', async (api) => {
  const { id: network_id } = await api.create('networks');
  const written = [
    '2001:DB8:0::1/80',
    '2001:db8:1::/64',
    '2001:db8::9/128',
    '2001:db8::8',
    '192.0.2.7/24',
    '192.0.2.9/32',
  ];
  const pairs = written.map((ip_address) => ({ ip_address }));
  const port = await api.create('ports', { network_id, allowed_address_pairs: pairs });
  const { json } = await api.call('GET', `/v2.0/ports/${port.id}`);
  for (const shown of [port, json.port as Body])
    assert.deepEqual(
      (shown.allowed_address_pairs as Body[]).map(({ ip_address }) => ip_address),
      ['2001:db8::1/80', ...written.slice(1)],
    );
});

apiTest('draws a new MAC for a port that is given none, with the addresses that follow from it', async (api) => {
  const { id: network_id } = await api.create('networks');
  const auto = { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' };
  await api.create('subnets', { network_id, ip_version: 6, cidr: '2001:db8::/64', ...auto });
  const port = await api.create('ports', { network_id });
  const renew = () => api.call('PUT', `/v2.0/ports/${port.id}`, { body: { port: { mac_address: null } } });
  const renewed = (await renew()).json.port as Body;
  assert.match(String(renewed.mac_address), /^fa:16:3e:/);
  assert.notEqual(renewed.mac_address, port.mac_address);
  assert.notDeepEqual(renewed.fixed_ips, port.fixed_ips);
  await api.call('PUT', `/v2.0/ports/${port.id}`, { body: { port: { 'binding:host_id': 'h1' } } });
  assert.equal(errorType(await renew()), 'PortBound');
});
