import assert from 'node:assert/strict';
import { apiTest, type Body, errorType, type Made, memberOf, type TestApi } from './harness.ts';

async function networkWith(api: TestApi, ...cidrs: readonly string[]): Promise<{ network: Made; subnets: Made[] }> {
  const network = await api.create('networks');
  const subnets: Made[] = [];
  for (const cidr of cidrs) {
    const version = cidr.includes(':') ? 6 : 4;
    subnets.push(await api.create('subnets', { network_id: network.id, ip_version: version, cidr }));
  }
  return { network, subnets };
}

apiTest('joins the IPv6 subnets of a network on one port, and IPv4 on another', async (api) => {
  const { network, subnets } = await networkWith(api, '2001:db8:1::/64', '2001:db8:2::/64', '192.0.2.0/24');
  const router = await api.create('routers', { name: 'r1' });
  const add = (body: Body) => api.call('PUT', `/v2.0/routers/${router.id}/add_router_interface`, { body });
  const answers: Body[] = [];
  for (const { id } of subnets) answers.push((await add({ subnet_id: id })).json);
  const [one, two, four] = answers;
  assert.ok(one && two && four);
  assert.deepEqual(one, {
    id: router.id,
    tenant_id: '',
    project_id: '',
    port_id: one.port_id,
    network_id: network.id,
    subnet_id: subnets[0]?.id,
    subnet_ids: [subnets[0]?.id],
  });
  assert.equal(two.port_id, one.port_id);
  assert.notEqual(four.port_id, one.port_id);
  const inUse = await api.call('DELETE', `/v2.0/routers/${router.id}`);
  assert.deepEqual([inUse.status, errorType(inUse)], [409, 'RouterInUse']);
  assert.equal(errorType(await api.call('DELETE', `/v2.0/subnets/${subnets[0]?.id}`)), 'SubnetInUse');
  for (const { id } of subnets) {
    const path = `/v2.0/routers/${router.id}/remove_router_interface`;
    assert.equal((await api.call('PUT', path, { body: { subnet_id: id } })).status, 200);
  }
  assert.deepEqual((await api.call('GET', `/v2.0/ports?network_id=${network.id}`)).json, { ports: [] });
  assert.equal((await api.call('DELETE', `/v2.0/routers/${router.id}`)).status, 204);
});

apiTest('takes a port of the client’s as an interface', async (api) => {
  const { network } = await networkWith(api, '2001:db8:1::/64');
  const router = await api.create('routers');
  const port = await api.create('ports', { network_id: network.id });
  const body = { port_id: port.id };
  assert.equal((await api.call('PUT', `/v2.0/routers/${router.id}/add_router_interface`, { body })).status, 200);
  const { json } = await api.call('GET', `/v2.0/ports/${port.id}`);
  assert.equal((json.port as Body).device_owner, 'network:router_interface');
  assert.equal((json.port as Body).device_id, router.id);
  const again = await api.call('PUT', `/v2.0/routers/${router.id}/add_router_interface`, { body });
  assert.deepEqual([again.status, errorType(again)], [409, 'PortInUse']);
  assert.equal((await api.call('PUT', `/v2.0/routers/${router.id}/remove_router_interface`, { body })).status, 200);
  assert.equal((await api.call('GET', `/v2.0/ports/${port.id}`)).status, 404);
});

apiTest('attaches a port that was made for a router', async (api) => {
  const network = await api.create('networks');
  const auto = { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' };
  const cidr = '2001:db8:1::/64';
  const subnet = await api.create('subnets', { network_id: network.id, ip_version: 6, cidr, ...auto });
  const fixedIps = [{ subnet_id: subnet.id, ip_address: '2001:db8:1::6' }];
  const meant = { network_id: network.id, device_owner: 'network:router_interface', fixed_ips: fixedIps };
  const port = await api.create('ports', meant);
  const router = await api.create('routers');
  const body = { port_id: port.id };
  assert.equal((await api.call('PUT', `/v2.0/routers/${router.id}/add_router_interface`, { body })).status, 200);
  const { json } = await api.call('GET', `/v2.0/ports/${port.id}?fields=device_id&fields=fixed_ips`);
  assert.deepEqual(json.port, { device_id: router.id, fixed_ips: fixedIps });
});

apiTest('keeps routes to neighbours, and their interface', async (api) => {
  const { subnets } = await networkWith(api, '2001:db8:1::/64');
  const router = await api.create('routers');
  const body = { subnet_id: subnets[0]?.id };
  await api.call('PUT', `/v2.0/routers/${router.id}/add_router_interface`, { body });
  const routes = [{ destination: '2001:db8:ff::/48', nexthop: '2001:db8:1::9' }];
  const { json } = await api.call('PUT', `/v2.0/routers/${router.id}`, { body: { router: { routes } } });
  assert.deepEqual((json.router as Body).routes, routes);
  const refused = await api.call('PUT', `/v2.0/routers/${router.id}/remove_router_interface`, { body });
  assert.deepEqual([refused.status, errorType(refused)], [409, 'RouterInterfaceInUseByRoute']);
});

apiTest('gives a router no way into a network that its owner does not see', async (api) => {
  const { subnets, network } = await networkWith(api, '2001:db8:1::/64');
  const port = await api.create('ports', { network_id: network.id });
  const blue = memberOf('blue');
  const router = await api.create('routers', {}, blue);
  const add = (body: Body, headers = blue) =>
    api.call('PUT', `/v2.0/routers/${router.id}/add_router_interface`, { body, headers });
  assert.equal(errorType(await add({ subnet_id: subnets[0]?.id })), 'SubnetNotFound');
  assert.equal(errorType(await add({ port_id: port.id })), 'PortNotFound');
  assert.equal(errorType(await add({ subnet_id: subnets[0]?.id }, memberOf('red'))), 'RouterNotFound');
});

apiTest('takes the gateway of a shared network for no router but its owner’s', async (api) => {
  const shared = await api.create('networks', { shared: true });
  const subnet = await api.create('subnets', { network_id: shared.id, ip_version: 6, cidr: '2001:db8:1::/64' });
  const blue = memberOf('blue');
  const router = await api.create('routers', {}, blue);
  const add = (headers: Readonly<Record<string, string>>) => {
    const body = { subnet_id: subnet.id };
    return api.call('PUT', `/v2.0/routers/${router.id}/add_router_interface`, { body, headers });
  };
  const refused = await add(blue);
  assert.deepEqual([refused.status, errorType(refused)], [400, 'BadRequest']);
  assert.deepEqual((await api.call('GET', '/v2.0/ports')).json, { ports: [] });
  assert.equal((await add({})).status, 200);
});

apiTest('moves the revision of a router with its interfaces', async (api) => {
  const { subnets } = await networkWith(api, '2001:db8:1::/64');
  const router = await api.create('routers');
  for (const [action, revision] of [['add', 2] as const, ['remove', 3] as const]) {
    const body = { subnet_id: subnets[0]?.id };
    await api.call('PUT', `/v2.0/routers/${router.id}/${action}_router_interface`, { body });
    const { json } = await api.call('GET', `/v2.0/routers/${router.id}`);
    assert.equal((json.router as Body).revision_number, revision, action);
  }
});

apiTest('keeps at most thirty routes on a router', async (api) => {
  const { subnets } = await networkWith(api, '2001:db8:1::/64');
  const router = await api.create('routers');
  const path = `/v2.0/routers/${router.id}`;
  await api.call('PUT', `${path}/add_router_interface`, { body: { subnet_id: subnets[0]?.id } });
  const put = (count: number) => {
    const route = (_: unknown, index: number) => ({ destination: `2001:db8:f${index}::/48`, nexthop: '2001:db8:1::9' });
    return api.call('PUT', path, { body: { router: { routes: Array.from({ length: count }, route) } } });
  };
  assert.equal((await put(30)).status, 200);
  const refused = await put(31);
  assert.deepEqual([refused.status, errorType(refused)], [400, 'RoutesExhausted']);
});
