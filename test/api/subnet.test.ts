import assert from 'node:assert/strict';
import { apiTest, type Body, errorType, memberOf, type TestApi } from './harness.ts';

const slaac = { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' };

async function addressesOf(api: TestApi, id: string): Promise<unknown> {
  const { json } = await api.call('GET', `/v2.0/ports/${id}`);
  return ((json.port as Body).fixed_ips as Body[]).map(({ ip_address: address }) => address);
}

apiTest('gives and takes the addresses of an auto-address subnet on ports that exist', async (api) => {
  const network = await api.create('networks');
  const port = await api.create('ports', { network_id: network.id, mac_address: 'fa:16:3e:11:22:33' });
  const subnet = { network_id: network.id, ip_version: 6, cidr: '2001:db8:1::/64', ...slaac };
  const { id } = await api.create('subnets', subnet);
  assert.deepEqual(await addressesOf(api, port.id), ['2001:db8:1:0:f816:3eff:fe11:2233']);
  assert.equal((await api.call('DELETE', `/v2.0/subnets/${id}`)).status, 204);
  assert.deepEqual(await addressesOf(api, port.id), []);
  const again = await api.create('subnets', subnet);
  assert.notEqual(again.id, id);
});

apiTest('lists the subnets of a network in the network', async (api) => {
  const network = await api.create('networks');
  const subnet = await api.create('subnets', { network_id: network.id, ip_version: 6, cidr: '2001:db8::/64' });
  const { json } = await api.call('GET', '/v2.0/networks');
  assert.deepEqual(
    (json.networks as Body[]).map(({ subnets }) => subnets),
    [[subnet.id]],
  );
});

apiTest('finds subnets by an address that is written in another way', async (api) => {
  const network = await api.create('networks');
  const subnet = await api.create('subnets', {
    network_id: network.id,
    ip_version: 6,
    cidr: '2001:DB8:0::/64',
    gateway_ip: '2001:DB8::1',
  });
  assert.equal(subnet.cidr, '2001:db8::/64');
  for (const query of ['cidr=2001:0DB8::/64', 'gateway_ip=2001:DB8:0::1', 'ip_version=6', 'enable_dhcp=True']) {
    const { json } = await api.call('GET', `/v2.0/subnets?fields=id&${query}`);
    assert.deepEqual(json.subnets, [{ id: subnet.id }], query);
  }
});

apiTest('refuses a zone id in any address', async (api) => {
  const network = await api.create('networks');
  const subnet = { network_id: network.id, ip_version: 6, cidr: '2001:db8::/64' };
  const zoned: Body[] = [
    { cidr: 'fe80::%eth0/64' },
    { gateway_ip: 'fe80::1%eth0' },
    { dns_nameservers: ['fe80::1%eth0'] },
    { allocation_pools: [{ start: '2001:db8::1%1', end: '2001:db8::9' }] },
    { host_routes: [{ destination: '2001:db8:1::/64', nexthop: 'fe80::1%eth0' }] },
  ];
  for (const wrong of zoned) {
    const { status } = await api.call('POST', '/v2.0/subnets', { body: { subnet: { ...subnet, ...wrong } } });
    assert.equal(status, 400, JSON.stringify(wrong));
  }
  const onPort = { network_id: network.id, fixed_ips: [{ ip_address: 'fe80::1%eth0' }] };
  assert.equal((await api.call('POST', '/v2.0/ports', { body: { port: onPort } })).status, 400);
  assert.deepEqual((await api.call('GET', '/v2.0/subnets')).json, { subnets: [] });
});

apiTest('lets only the owner of a network put a subnet on it', async (api) => {
  const shared = await api.create('networks', { shared: true });
  const hidden = await api.create('networks');
  const post = (networkId: string) => {
    const subnet = { network_id: networkId, ip_version: 6, cidr: '2001:db8::/64' };
    return api.call('POST', '/v2.0/subnets', { body: { subnet }, headers: memberOf('blue') });
  };
  assert.equal(errorType(await post(shared.id)), 'PolicyNotAuthorized');
  assert.equal(errorType(await post(hidden.id)), 'NetworkNotFound');
});

apiTest('changes resolvers, routes, pools and the gateway, and no mode', async (api) => {
  const network = await api.create('networks');
  const subnet = await api.create('subnets', { network_id: network.id, ip_version: 6, cidr: '2001:db8::/64' });
  const put = (body: Body) => api.call('PUT', `/v2.0/subnets/${subnet.id}`, { body: { subnet: body } });
  const change = {
    dns_nameservers: ['2001:db8::53'],
    host_routes: [{ destination: '2001:db8:1::/48', nexthop: '2001:db8::9' }],
    allocation_pools: [{ start: '2001:db8::100', end: '2001:db8::1ff' }],
    gateway_ip: 'fe80::1',
  };
  const { json } = await put(change);
  const { updated_at: updatedAt } = json.subnet as Body;
  assert.deepEqual(json.subnet, { ...subnet, ...change, updated_at: updatedAt, revision_number: 2 });
  assert.equal(errorType(await put({ ipv6_ra_mode: 'slaac' })), 'HTTPBadRequest');
  assert.equal(errorType(await put({ gateway_ip: '2001:db8::150' })), 'GatewayConflictWithAllocationPools');
});

apiTest('gives the only address of a prefix to a port', async (api) => {
  const network = await api.create('networks');
  const subnet = {
    network_id: network.id,
    ip_version: 6,
    cidr: '2001:db8::1/128',
    gateway_ip: null,
    enable_dhcp: false,
  };
  const { allocation_pools: pools } = await api.create('subnets', subnet);
  assert.deepEqual(pools, [{ start: '2001:db8::1', end: '2001:db8::1' }]);
  const port = await api.create('ports', { network_id: network.id });
  assert.deepEqual(await addressesOf(api, port.id), ['2001:db8::1']);
});

apiTest('moves the revision of a network with its subnets', async (api) => {
  const network = await api.create('networks');
  const revision = async () => {
    const { json } = await api.call('GET', `/v2.0/networks/${network.id}`);
    return (json.network as Body).revision_number;
  };
  const subnet = await api.create('subnets', { network_id: network.id, ip_version: 6, cidr: '2001:db8::/64' });
  assert.equal(await revision(), 2);
  const stale = { body: { network: { name: 'other' } }, headers: { 'if-match': 'revision_number=1' } };
  assert.equal((await api.call('PUT', `/v2.0/networks/${network.id}`, stale)).status, 412);
  await api.call('PUT', `/v2.0/subnets/${subnet.id}`, { body: { subnet: { name: 'other' } } });
  assert.equal(await revision(), 3);
  await api.call('DELETE', `/v2.0/subnets/${subnet.id}`);
  assert.equal(await revision(), 4);
});

apiTest('writes a handful of keys for a change that all ports of a network are told', async (api) => {
  const network = await api.create('networks');
  const subnet = await api.create('subnets', { network_id: network.id, ip_version: 6, cidr: '2001:db8::/64' });
  const ports = Array.from({ length: 200 }, () => ({ network_id: network.id }));
  assert.equal((await api.call('POST', '/v2.0/ports', { body: { ports } })).status, 201);
  const router = await api.create('routers');
  const keysOf = async (method: string, path: string, body: Body) => {
    const before = (await api.store.outbox.takeDirty()).at(-1)?.revision;
    assert.equal((await api.call(method, `/v2.0/${path}`, { body })).status, 200);
    return (await api.store.outbox.takeDirty(before)).map(({ kind }) => kind).sort();
  };
  const dns = { subnet: { dns_nameservers: ['2001:db8::53'] } };
  assert.deepEqual(await keysOf('PUT', `subnets/${subnet.id}`, dns), ['network', 'subnet']);
  assert.deepEqual(await keysOf('PUT', `routers/${router.id}/add_router_interface`, { subnet_id: subnet.id }), [
    'network',
    'port',
    'router',
  ]);
  assert.deepEqual(await keysOf('PUT', `subnets/${subnet.id}`, dns), ['network', 'router', 'subnet']);
  assert.deepEqual(await keysOf('PUT', `networks/${network.id}`, { network: { mtu: 1300 } }), ['network', 'router']);
  const down = { router: { admin_state_up: false } };
  assert.deepEqual(await keysOf('PUT', `routers/${router.id}`, down), ['network', 'router']);
});

apiTest('says which limit a subnet would go beyond', async (api) => {
  const network = await api.create('networks');
  const subnet = { network_id: network.id, ip_version: 6, cidr: '2001:db8::/64' };
  const post = (body: Body) => api.call('POST', '/v2.0/subnets', { body: { subnet: { ...subnet, ...body } } });
  const resolvers = Array.from({ length: 6 }, (_, index) => `2001:db8::${index + 1}`);
  const routes = Array.from({ length: 21 }, (_, index) => ({
    destination: `2001:db8:${index}::/48`,
    nexthop: '2001:db8::9',
  }));
  const answers = [await post({ dns_nameservers: resolvers }), await post({ host_routes: routes })];
  assert.deepEqual(
    answers.map((answer) => [answer.status, errorType(answer)]),
    [
      [400, 'DNSNameServersExhausted'],
      [400, 'HostRoutesExhausted'],
    ],
  );
});
