import assert from 'node:assert/strict';
import { apiTest, type Body, errorType, memberOf } from './harness.ts';

apiTest('creates, shows, changes and deletes a network', async (api) => {
  const network = await api.create('networks', { name: 'blue', description: 'the first' });
  const { created_at: createdAt, 'provider:segmentation_id': segmentationId, ...rest } = network;
  assert.equal(typeof segmentationId, 'number');
  assert.deepEqual(rest, {
    id: network.id,
    tenant_id: '',
    project_id: '',
    name: 'blue',
    admin_state_up: true,
    shared: false,
    status: 'ACTIVE',
    subnets: [],
    port_security_enabled: true,
    qos_policy_id: null,
    dns_domain: '',
    mtu: 1442,
    'provider:network_type': 'geneve',
    'provider:physical_network': null,
    ipv4_address_scope: null,
    ipv6_address_scope: null,
    'router:external': false,
    description: 'the first',
    tags: [],
    updated_at: createdAt,
    revision_number: 1,
  });
  assert.deepEqual((await api.call('GET', `/v2.0/networks/${network.id}`)).json, { network });
  const change = { network: { name: 'green', mtu: 1280 } };
  const changed = await api.call('PUT', `/v2.0/networks/${network.id}`, { body: change });
  assert.deepEqual(
    { ...(changed.json.network as object), updated_at: createdAt },
    { ...network, name: 'green', mtu: 1280, revision_number: 2 },
  );
  assert.equal((await api.call('DELETE', `/v2.0/networks/${network.id}`)).status, 204);
  assert.equal(errorType(await api.call('GET', `/v2.0/networks/${network.id}`)), 'NetworkNotFound');
});

apiTest('deletes a network with its subnets, and not under its ports', async (api) => {
  const network = await api.create('networks');
  const subnet = await api.create('subnets', { network_id: network.id, ip_version: 6, cidr: '2001:db8::/64' });
  const port = await api.create('ports', { network_id: network.id });
  const refused = await api.call('DELETE', `/v2.0/networks/${network.id}`);
  assert.deepEqual([refused.status, errorType(refused)], [409, 'NetworkInUse']);
  await api.call('DELETE', `/v2.0/ports/${port.id}`);
  assert.equal((await api.call('DELETE', `/v2.0/networks/${network.id}`)).status, 204);
  assert.equal((await api.call('GET', `/v2.0/subnets/${subnet.id}`)).status, 404);
});

apiTest('shows a project its own networks and the shared ones, as much of them as it may see', async (api) => {
  const blue = memberOf('blue');
  const own = await api.create('networks', { name: 'own' }, blue);
  const shared = await api.create('networks', { name: 'shared', shared: true });
  await api.create('networks', { name: 'hidden' });
  const { json } = await api.call('GET', '/v2.0/networks?sort_key=name', { headers: blue });
  assert.deepEqual(
    (json.networks as { id: string }[]).map(({ id }) => id),
    [own.id, shared.id],
  );
  assert.equal('provider:segmentation_id' in own, false);
  assert.equal(own.project_id, 'blue');
});

apiTest('lets a member change neither what is shared with it nor who shares', async (api) => {
  const blue = memberOf('blue');
  const shared = await api.create('networks', { shared: true });
  const body = { network: { name: 'mine' } };
  const other = await api.call('PUT', `/v2.0/networks/${shared.id}`, { body, headers: blue });
  assert.deepEqual([other.status, errorType(other)], [403, 'PolicyNotAuthorized']);
  const sharing = await api.call('POST', '/v2.0/networks', { body: { network: { shared: true } }, headers: blue });
  assert.deepEqual([sharing.status, errorType(sharing)], [403, 'PolicyNotAuthorized']);
  // What says no more than its absence needs no rights (neutron policy.py `_is_attribute_explicitly_set`).
  await api.create('networks', { shared: false }, blue);
  const reader = { 'x-project-id': 'blue', 'x-roles': 'reader' };
  assert.equal((await api.call('POST', '/v2.0/networks', { body: { network: {} }, headers: reader })).status, 403);
  assert.equal((await api.call('GET', '/v2.0/networks', { headers: reader })).status, 200);
});

apiTest('creates many at once, or none', async (api) => {
  const good = await api.call('POST', '/v2.0/networks', { body: { networks: [{ name: 'a' }, { name: 'b' }] } });
  assert.equal(good.status, 201);
  assert.equal((good.json.networks as unknown[]).length, 2);
  const bad = { networks: [{ name: 'c' }, { name: 'd', mtu: 9000 }] };
  assert.equal(errorType(await api.call('POST', '/v2.0/networks', { body: bad })), 'InvalidInput');
  const { json } = await api.call('GET', '/v2.0/networks?fields=name&sort_key=name');
  assert.deepEqual(json.networks, [{ name: 'a' }, { name: 'b' }]);
});

apiTest('changes and deletes only the revision that the client knows', async (api) => {
  const network = await api.create('networks');
  const path = `/v2.0/networks/${network.id}`;
  const body = { network: { name: 'x' } };
  const stale = { 'if-match': 'revision_number=0' };
  const refused = await api.call('PUT', path, { body, headers: stale });
  assert.deepEqual([refused.status, errorType(refused)], [412, 'RevisionNumberConstraintFailed']);
  assert.equal((await api.call('PUT', path, { body, headers: { 'if-match': 'revision_number=1' } })).status, 200);
  assert.equal((await api.call('DELETE', path, { headers: { 'if-match': 'revision_number=1' } })).status, 412);
  for (const nonsense of ['revision_number=x', '"revision_number=1", "revision_number=2"'])
    assert.equal(errorType(await api.call('DELETE', path, { headers: { 'if-match': nonsense } })), 'BadRequest');
  assert.equal((await api.call('DELETE', path, { headers: { 'if-match': 'revision_number=2' } })).status, 204);
});

apiTest('keeps a network shared while another project has a port there', async (api) => {
  const network = await api.create('networks', { shared: true });
  await api.create('ports', { network_id: network.id });
  const port = await api.create('ports', { network_id: network.id }, memberOf('blue'));
  const unshare = () => api.call('PUT', `/v2.0/networks/${network.id}`, { body: { network: { shared: false } } });
  const refused = await unshare();
  assert.deepEqual([refused.status, errorType(refused)], [409, 'InvalidSharedSetting']);
  await api.call('DELETE', `/v2.0/ports/${port.id}`);
  assert.equal((await unshare()).status, 200);
});

apiTest('finds by more tags than an expression may be deep, and reaches the longest tag', async (api) => {
  const network = await api.create('networks');
  const many = Array.from({ length: 1_500 }, (_, index) => `t${index}`).join();
  const { json } = await api.call('GET', `/v2.0/networks?not-tags-any=${many}`);
  assert.deepEqual(
    (json.networks as Body[]).map(({ id }) => id),
    [network.id],
  );
  const path = `/v2.0/networks/${network.id}/tags/${encodeURIComponent('ü'.repeat(255))}`;
  assert.deepEqual([(await api.call('PUT', path)).status, (await api.call('GET', path)).status], [201, 204]);
});

apiTest('keeps tags', async (api) => {
  const network = await api.create('networks');
  const path = `/v2.0/networks/${network.id}/tags`;
  const put = await api.call('PUT', path, { body: { tags: ['red', 'hot'] } });
  assert.deepEqual([put.status, put.json], [200, { tags: ['red', 'hot'] }]);
  assert.equal((await api.call('PUT', `${path}/new`)).status, 201);
  assert.equal((await api.call('GET', `${path}/new`)).status, 204);
  assert.equal((await api.call('DELETE', `${path}/hot`)).status, 204);
  assert.equal(errorType(await api.call('DELETE', `${path}/hot`)), 'TagNotFound');
  assert.deepEqual((await api.call('GET', path)).json, { tags: ['red', 'new'] });
  const found = async (query: string) =>
    ((await api.call('GET', `/v2.0/networks?${query}`)).json.networks as unknown[]).length;
  assert.deepEqual(
    [
      await found('tags=red,new'),
      await found('tags=red,hot'),
      await found('tags-any=red,hot'),
      await found('not-tags=red'),
    ],
    [1, 0, 1, 0],
  );
  assert.equal((await api.call('DELETE', path)).status, 204);
  assert.deepEqual((await api.call('GET', path)).json, { tags: [] });
});

apiTest('deletes subnets and networks with the ports of DHCP, which clouds that migrate bring along', async (api) => {
  const network = await api.create('networks');
  const subnet = await api.create('subnets', { network_id: network.id, ip_version: 6, cidr: '2001:db8::/64' });
  const owned = (device_owner: string) => api.create('ports', { network_id: network.id, device_owner });
  const dhcp = await owned('network:dhcp');
  await owned('network:distributed');
  const guest = await owned('compute:nova');
  const remove = (path: string) => api.call('DELETE', `/v2.0/${path}`);
  assert.equal(errorType(await remove(`subnets/${subnet.id}`)), 'SubnetInUse');
  assert.equal(errorType(await remove(`networks/${network.id}`)), 'NetworkInUse');
  await remove(`ports/${guest.id}`);
  assert.equal((await remove(`subnets/${subnet.id}`)).status, 204);
  const { json } = await api.call('GET', `/v2.0/ports/${dhcp.id}`);
  assert.deepEqual((json.port as Body).fixed_ips, []);
  assert.equal((await remove(`networks/${network.id}`)).status, 204);
  assert.equal(errorType(await api.call('GET', `/v2.0/ports/${dhcp.id}`)), 'PortNotFound');
});
