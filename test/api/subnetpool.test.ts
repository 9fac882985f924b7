import assert from 'node:assert/strict';
import { apiTest, type Body, errorType, memberOf, type TestApi } from './harness.ts';

const blue = memberOf('blue');
const red = memberOf('red');

async function refusalOf(api: TestApi, collection: string, body: Body, headers = {}): Promise<readonly unknown[]> {
  const name = collection.replace(/s$/, '');
  const answer = await api.call('POST', `/v2.0/${collection}`, { body: { [name]: body }, headers });
  return [answer.status, errorType(answer)];
}

function changer(api: TestApi, id: string) {
  return async (body: Body, headers = {}) => {
    const answer = await api.call('PUT', `/v2.0/subnetpools/${id}`, { body: { subnetpool: body }, headers });
    return answer.status === 200 ? (answer.json.subnetpool as Body) : [answer.status, errorType(answer)];
  };
}

apiTest('keeps pools, compact, with Neutron’s lengths for what nobody said', async (api) => {
  const prefixes = ['2001:db8:1::/48', '2001:db8::/48'];
  const pool = await api.create('subnetpools', { name: 'p', prefixes }, blue);
  const { created_at: createdAt, ...rest } = pool;
  assert.deepEqual(rest, {
    id: pool.id,
    tenant_id: 'blue',
    project_id: 'blue',
    name: 'p',
    prefixes: ['2001:db8::/47'],
    ip_version: 6,
    default_prefixlen: '64',
    min_prefixlen: '64',
    max_prefixlen: '128',
    default_quota: null,
    is_default: false,
    shared: false,
    address_scope_id: null,
    description: '',
    tags: [],
    updated_at: createdAt,
    revision_number: 1,
  });
  const four = await api.create('subnetpools', { name: 'q', prefixes: ['10.0.0.0/8'], default_quota: '7' }, blue);
  assert.deepEqual([four.min_prefixlen, four.max_prefixlen, four.default_quota], ['8', '32', 7]);
  const { json } = await api.call('GET', '/v2.0/subnetpools?ip_version=6&min_prefixlen=64&sort_key=name', {
    headers: blue,
  });
  assert.deepEqual(
    (json.subnetpools as Body[]).map(({ id }) => id),
    [pool.id],
  );
  assert.equal((await api.call('GET', `/v2.0/subnetpools/${pool.id}`, { headers: red })).status, 404);
  assert.equal((await api.call('DELETE', `/v2.0/subnetpools/${pool.id}`, { headers: blue })).status, 204);
  const gone = await api.call('GET', `/v2.0/subnetpools/${pool.id}`, { headers: blue });
  assert.deepEqual([gone.status, errorType(gone)], [404, 'SubnetPoolNotFound']);
});

apiTest('refuses pools as Neutron does', async (api) => {
  const six = { name: 'p', prefixes: ['2001:db8::/48'] };
  const refusal = (body: Body, headers = blue) => refusalOf(api, 'subnetpools', body, headers);
  assert.deepEqual(await refusal({ prefixes: six.prefixes }), [400, 'HTTPBadRequest']);
  assert.deepEqual(await refusal({ ...six, name: '' }), [400, 'HTTPBadRequest']);
  assert.deepEqual(await refusal({ name: 'p' }), [400, 'HTTPBadRequest']);
  assert.deepEqual(await refusal({ name: 'p', prefixes: ['fog'] }), [400, 'HTTPBadRequest']);
  assert.deepEqual(await refusal({ name: 'p', prefixes: [] }), [400, 'EmptySubnetPoolPrefixList']);
  assert.deepEqual(await refusal({ name: 'p', prefixes: ['::/8', '10.0.0.0/8'] }), [400, 'PrefixVersionMismatch']);
  const bounds = [
    { min_prefixlen: 64, max_prefixlen: 56 },
    { min_prefixlen: 64, default_prefixlen: 56 },
    { max_prefixlen: 96, default_prefixlen: 97 },
    { max_prefixlen: 129 },
  ];
  for (const bound of bounds)
    assert.deepEqual(await refusal({ ...six, ...bound }), [400, 'IllegalSubnetPoolPrefixBounds']);
  assert.deepEqual(await refusal({ ...six, default_quota: -1 }), [400, 'HTTPBadRequest']);
  assert.deepEqual(await refusal({ ...six, shared: true }), [403, 'PolicyNotAuthorized']);
  assert.deepEqual(await refusal({ ...six, is_default: true }), [403, 'PolicyNotAuthorized']);
  const crowd = Array.from({ length: 1_001 }, (_, index) => `2001:db8:${(index * 2).toString(16)}::/48`);
  assert.deepEqual(await refusal({ name: 'p', prefixes: crowd }), [409, 'OverQuota']);
});

apiTest('has one default pool for each family', async (api) => {
  const first = await api.create('subnetpools', { name: 'a', prefixes: ['2001:db8::/48'], is_default: true });
  await api.create('subnetpools', { name: 'b', prefixes: ['10.0.0.0/8'], is_default: true });
  const second = { name: 'c', prefixes: ['2001:db8:1::/48'] };
  assert.deepEqual(await refusalOf(api, 'subnetpools', { ...second, is_default: true }), [400, 'InvalidInput']);
  const other = await api.create('subnetpools', second);
  assert.deepEqual(await changer(api, other.id)({ is_default: true }), [400, 'InvalidInput']);
  await changer(api, first.id)({ is_default: false });
  assert.equal(((await changer(api, other.id)({ is_default: true })) as Body).is_default, true);
});

apiTest('changes prefixes to more by an update, and to any by their own operations', async (api) => {
  const pool = await api.create('subnetpools', { name: 'p', prefixes: ['2001:db8::/48'] }, blue);
  const change = changer(api, pool.id);
  const grown = (await change({ prefixes: ['2001:db8::/48', '2001:db8:1::/48'] }, blue)) as Body;
  assert.deepEqual([grown.prefixes, grown.revision_number], [['2001:db8::/47'], 2]);
  assert.deepEqual(await change({ prefixes: ['2001:db8::/48'] }, blue), [400, 'IllegalSubnetPoolPrefixUpdate']);
  assert.deepEqual(await change({ prefixes: ['2001:db8::/47', '10.0.0.0/8'] }, blue), [400, 'PrefixVersionMismatch']);
  assert.deepEqual(await change({ min_prefixlen: 96 }, blue), [400, 'IllegalSubnetPoolPrefixBounds']);
  assert.deepEqual(await change({ shared: true }), [400, 'HTTPBadRequest']);
  const operate = async (action: string, prefixes: unknown, headers = blue) => {
    const path = `/v2.0/subnetpools/${pool.id}/${action}`;
    const answer = await api.call('PUT', path, { body: { prefixes }, headers });
    return answer.status === 200 ? answer.json : [answer.status, errorType(answer)];
  };
  assert.deepEqual(await operate('add_prefixes', ['2001:db8:2::/47']), { prefixes: ['2001:db8::/46'] });
  assert.deepEqual(await operate('remove_prefixes', ['2001:db8:1::/48', '2001:db9::/32']), {
    prefixes: ['2001:db8::/48', '2001:db8:2::/47'],
  });
  assert.deepEqual(await operate('remove_prefixes', ['10.0.0.0/8']), {
    prefixes: ['2001:db8::/48', '2001:db8:2::/47'],
  });
  for (const nonsense of [[], 'x', ['fog'], undefined])
    assert.deepEqual(await operate('add_prefixes', nonsense), [400, 'HTTPBadRequest']);
  assert.deepEqual(await operate('add_prefixes', ['2001:db8:9::/48'], red), [404, 'SubnetPoolNotFound']);
  await api.create(
    'subnets',
    { network_id: (await api.create('networks', {}, blue)).id, ip_version: 6, subnetpool_id: pool.id },
    blue,
  );
  assert.deepEqual(await operate('remove_prefixes', ['2001:db8::/65']), [400, 'IllegalSubnetPoolPrefixUpdate']);
  assert.deepEqual(await operate('remove_prefixes', ['2001:db8:2::/48']), {
    prefixes: ['2001:db8::/48', '2001:db8:3::/48'],
  });
});

apiTest('keeps the pools of an address scope apart, and of its family', async (api) => {
  const scope = await api.create('address-scopes', { ip_version: 6 }, blue);
  const foreign = await api.create('address-scopes', { ip_version: 6 }, red);
  const inScope = { name: 'p', prefixes: ['2001:db8::/48'], address_scope_id: scope.id };
  const pool = await api.create('subnetpools', inScope, blue);
  const refusal = (body: Body) => refusalOf(api, 'subnetpools', body, blue);
  assert.deepEqual(await refusal({ ...inScope, prefixes: ['2001:db8:0:1::/64'] }), [409, 'AddressScopePrefixConflict']);
  assert.deepEqual(await refusal({ ...inScope, address_scope_id: foreign.id }), [404, 'AddressScopeNotFound']);
  const type = 'IllegalSubnetPoolIpVersionAssociationToAddressScope';
  assert.deepEqual(await refusal({ ...inScope, prefixes: ['10.0.0.0/8'] }), [400, type]);
  const other = await api.create('subnetpools', { name: 'q', prefixes: ['2001:db8::/32'] }, blue);
  assert.deepEqual(await changer(api, other.id)({ address_scope_id: scope.id }, blue), [
    409,
    'AddressScopePrefixConflict',
  ]);
  const inUse = await api.call('DELETE', `/v2.0/address-scopes/${scope.id}`, { headers: blue });
  assert.deepEqual([inUse.status, errorType(inUse)], [409, 'AddressScopeInUse']);
  assert.equal(((await changer(api, pool.id)({ address_scope_id: null }, blue)) as Body).address_scope_id, null);
  assert.equal((await api.call('DELETE', `/v2.0/address-scopes/${scope.id}`, { headers: blue })).status, 204);
});

apiTest('lets a project use a shared scope, but not change the pools that are in it', async (api) => {
  const scope = await api.create('address-scopes', { ip_version: 6, shared: true });
  const body = { name: 'p', prefixes: ['2001:db8::/48'], address_scope_id: scope.id };
  const pool = await api.create('subnetpools', body, blue);
  assert.deepEqual(await changer(api, pool.id)({ name: 'q' }, blue), [400, 'IllegalSubnetPoolUpdate']);
  assert.equal(((await changer(api, pool.id)({ name: 'q' })) as Body).name, 'q');
});

apiTest('shares a pool with all, or with one project, until a subnet of it holds the policy', async (api) => {
  const pool = await api.create('subnetpools', { name: 'p', prefixes: ['2001:db8::/48'] }, blue);
  const policy = { object_type: 'subnetpool', object_id: pool.id, target_tenant: 'red', action: 'access_as_shared' };
  const { id } = await api.create('rbac-policies', policy, blue);
  const { json } = await api.call('GET', '/v2.0/subnetpools', { headers: red });
  assert.deepEqual(
    (json.subnetpools as Body[]).map((each) => [each.id, each.shared]),
    [[pool.id, true]],
  );
  const network = await api.create('networks', {}, red);
  const subnet = await api.create('subnets', { network_id: network.id, ip_version: 6, subnetpool_id: pool.id }, red);
  const end = () => api.call('DELETE', `/v2.0/rbac-policies/${id}`, { headers: blue });
  assert.equal(errorType(await end()), 'RbacPolicyInUse');
  assert.equal((await api.call('DELETE', `/v2.0/subnets/${subnet.id}`, { headers: red })).status, 204);
  assert.equal((await end()).status, 204);
  assert.equal((await api.call('GET', `/v2.0/subnetpools/${pool.id}`, { headers: red })).status, 404);
  const all = await api.create('subnetpools', { name: 'q', prefixes: ['2001:db8::/48'], shared: true });
  assert.equal((await api.call('GET', `/v2.0/subnetpools/${all.id}`, { headers: red })).status, 200);
});

apiTest('lists the extensions of pools', async (api) => {
  for (const alias of [
    'subnet_allocation',
    'default-subnetpools',
    'subnetpool-prefix-ops',
    'subnet_onboard',
    'rbac-subnetpool',
  ])
    assert.equal((await api.call('GET', `/v2.0/extensions/${alias}`)).status, 200, alias);
});
