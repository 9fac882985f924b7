import assert from 'node:assert/strict';
import { type Answer, apiTest, type Body, errorType, memberOf, type TestApi } from './harness.ts';

const [blue, red, green] = [memberOf('blue'), memberOf('red'), memberOf('green')];

async function share(api: TestApi, objectType: string, objectId: string, target: string, headers = blue) {
  const body = { object_type: objectType, object_id: objectId, target_tenant: target, action: 'access_as_shared' };
  return await api.call('POST', '/v2.0/rbac-policies', { body: { rbac_policy: body }, headers });
}

function idIn({ json }: Answer): string {
  return (json.rbac_policy as { readonly id: string }).id;
}

const statusAndType = (answer: Answer) => [answer.status, errorType(answer)];

apiTest('lets the project that a policy names use a network, and nobody else', async (api) => {
  const network = await api.create('networks', {}, blue);
  const subnet = await api.create('subnets', { network_id: network.id, ip_version: 6, cidr: '2001:db8::/64' }, blue);
  const seen = async (headers: Readonly<Record<string, string>>) => {
    const { json } = await api.call('GET', `/v2.0/networks/${network.id}`, { headers });
    return (json.network as Body | undefined)?.shared;
  };
  assert.deepEqual([await seen(blue), await seen(red)], [false, undefined]);
  const policy = idIn(await share(api, 'network', network.id, 'red'));
  assert.deepEqual([await seen(blue), await seen(red), await seen(green)], [false, true, undefined]);
  assert.equal((await api.call('GET', `/v2.0/subnets/${subnet.id}`, { headers: red })).status, 200);
  assert.equal((await api.call('GET', `/v2.0/rbac-policies/${policy}`, { headers: red })).status, 404);
  const port = await api.create('ports', { network_id: network.id }, red);
  const end = () => api.call('DELETE', `/v2.0/rbac-policies/${policy}`, { headers: blue });
  assert.deepEqual(statusAndType(await end()), [409, 'RbacPolicyInUse']);
  assert.equal((await api.call('DELETE', `/v2.0/ports/${port.id}`, { headers: red })).status, 204);
  assert.equal((await end()).status, 204);
  assert.equal(await seen(red), undefined);
});

apiTest('says shared of what a policy gives to all, and has a policy of what is shared', async (api) => {
  const network = await api.create('networks', { shared: true });
  const policies = async () => {
    const { json } = await api.call('GET', `/v2.0/rbac-policies?object_id=${network.id}`);
    return json.rbac_policies as readonly { readonly id: string; readonly target_tenant: string }[];
  };
  const [wildcard] = await policies();
  assert.equal(wildcard?.target_tenant, '*');
  assert.equal((await api.call('DELETE', `/v2.0/rbac-policies/${wildcard?.id}`)).status, 204);
  const shown = await api.call('GET', `/v2.0/networks/${network.id}`);
  assert.equal((shown.json.network as Body).shared, false);
  assert.equal((await share(api, 'network', network.id, '*', {})).status, 201);
  assert.deepEqual(statusAndType(await share(api, 'network', network.id, '*', {})), [409, 'DuplicateRbacPolicy']);
  const unshare = { body: { network: { shared: false } } };
  assert.equal((await api.call('PUT', `/v2.0/networks/${network.id}`, unshare)).status, 200);
  assert.deepEqual(await policies(), []);
});

apiTest('keeps a network shared with all while a project uses it that no other policy names', async (api) => {
  const network = await api.create('networks', { shared: true });
  await api.create('ports', { network_id: network.id }, red);
  const unshare = () => api.call('PUT', `/v2.0/networks/${network.id}`, { body: { network: { shared: false } } });
  assert.deepEqual(statusAndType(await unshare()), [409, 'InvalidSharedSetting']);
  const policy = idIn(await share(api, 'network', network.id, 'red', {}));
  assert.equal((await unshare()).status, 200);
  const retarget = { body: { rbac_policy: { target_tenant: 'green' } } };
  const refused = await api.call('PUT', `/v2.0/rbac-policies/${policy}`, retarget);
  assert.deepEqual(statusAndType(refused), [409, 'RbacPolicyInUse']);
});

apiTest('shares only what is the caller’s, with all only as an administrator', async (api) => {
  const scope = await api.create('address-scopes', { name: 'own', ip_version: 6 }, blue);
  assert.deepEqual(statusAndType(await share(api, 'address_scope', scope.id, '*')), [403, 'PolicyNotAuthorized']);
  assert.deepEqual(statusAndType(await share(api, 'address_scope', scope.id, 'red', red)), [
    404,
    'AddressScopeNotFound',
  ]);
  assert.equal((await share(api, 'address_scope', scope.id, 'red')).status, 201);
  assert.deepEqual(statusAndType(await share(api, 'address_scope', scope.id, 'green', red)), [400, 'InvalidInput']);
  const body = {
    object_type: 'address_scope',
    object_id: scope.id,
    target_tenant: 'red',
    action: 'access_as_external',
  };
  const external = await api.call('POST', '/v2.0/rbac-policies', { body: { rbac_policy: body }, headers: blue });
  assert.deepEqual(statusAndType(external), [400, 'InvalidActionForType']);
  assert.equal((await api.call('DELETE', `/v2.0/address-scopes/${scope.id}`, { headers: blue })).status, 204);
  assert.deepEqual((await api.call('GET', '/v2.0/rbac-policies')).json.rbac_policies, []);
});

apiTest('lets the owner of a policy on a foreign thing neither retarget it nor end it in use', async (api) => {
  const network = await api.create('networks', {}, blue);
  await api.create('subnets', { network_id: network.id, ip_version: 6, cidr: '2001:db8::/64' }, blue);
  const values = { object_type: 'network', object_id: network.id, action: 'access_as_shared' };
  const policy = await api.create('rbac-policies', { ...values, target_tenant: 'red', project_id: 'green' });
  const port = await api.create('ports', { network_id: network.id }, red);
  const path = `/v2.0/rbac-policies/${policy.id}`;
  const end = () => api.call('DELETE', path, { headers: green });
  assert.deepEqual(statusAndType(await end()), [409, 'RbacPolicyInUse']);
  assert.equal((await api.call('DELETE', `/v2.0/ports/${port.id}`, { headers: red })).status, 204);
  const aim = { body: { rbac_policy: { target_tenant: 'green' } }, headers: green };
  assert.deepEqual(statusAndType(await api.call('PUT', path, aim)), [400, 'InvalidInput']);
  assert.equal((await api.call('GET', `/v2.0/networks/${network.id}`, { headers: green })).status, 404);
  assert.equal((await end()).status, 204);
});

apiTest('leaves a port on a shared network to its own project, which alone may change its groups', async (api) => {
  const network = await api.create('networks', {}, blue);
  assert.equal((await share(api, 'network', network.id, 'red')).status, 201);
  const port = await api.create('ports', { network_id: network.id }, red);
  const path = `/v2.0/ports/${port.id}`;
  for (const change of [{ security_groups: [] }, { name: 'mine' }, { port_security_enabled: false }])
    assert.deepEqual(statusAndType(await api.call('PUT', path, { body: { port: change }, headers: blue })), [
      403,
      'PolicyNotAuthorized',
    ]);
  assert.deepEqual(statusAndType(await api.call('PUT', `${path}/tags/mine`, { headers: blue })), [
    403,
    'PolicyNotAuthorized',
  ]);
  assert.equal((await api.call('DELETE', path, { headers: blue })).status, 204);
});

apiTest('filters by shared as the caller is shown it', async (api) => {
  const [own, toRed, toAll] = [
    await api.create('networks', {}, red),
    await api.create('networks', {}, blue),
    await api.create('networks', { shared: true, project_id: 'blue' }),
  ];
  assert.equal((await share(api, 'network', toRed.id, 'red')).status, 201);
  const listed = async (query: string, headers: Readonly<Record<string, string>>) => {
    const { json } = await api.call('GET', `/v2.0/networks?${query}`, { headers });
    return new Set((json.networks as readonly Body[]).map(({ id }) => id));
  };
  assert.deepEqual(await listed('shared=true', red), new Set([toRed.id, toAll.id]));
  assert.deepEqual(await listed('shared=False', red), new Set([own.id]));
  assert.deepEqual(await listed('shared=true', blue), new Set([toAll.id]));
  assert.deepEqual(await listed('shared=0', blue), new Set([toRed.id]));
  assert.deepEqual(await listed('shared=1', {}), new Set([toAll.id]));
  assert.deepEqual(await listed('shared=0&shared=1', red), new Set([own.id, toRed.id, toAll.id]));
  assert.deepEqual(statusAndType(await api.call('GET', '/v2.0/networks?shared=perhaps')), [400, 'InvalidInput']);
});

apiTest('takes the kind of a thing in letters of either case, and no kind that there is not', async (api) => {
  const { id } = await api.create('networks', {}, blue);
  const shared = await share(api, ' Network ', id, 'red');
  assert.equal((shared.json.rbac_policy as Body).object_type, 'network');
  assert.deepEqual(statusAndType(await share(api, 'planet', id, 'green')), [400, 'InvalidInput']);
});
