import assert from 'node:assert/strict';
import { apiTest, errorType, memberOf } from './harness.ts';

apiTest('keeps address scopes, under a path with a dash', async (api) => {
  const blue = memberOf('blue');
  const scope = await api.create('address-scopes', { name: 'own', ip_version: 6 }, blue);
  const { created_at: createdAt, ...rest } = scope;
  assert.deepEqual(rest, {
    id: scope.id,
    tenant_id: 'blue',
    project_id: 'blue',
    name: 'own',
    ip_version: 6,
    shared: false,
    description: '',
    tags: [],
    updated_at: createdAt,
    revision_number: 1,
  });
  const path = `/v2.0/address-scopes/${scope.id}`;
  const change = (body: object, headers: Record<string, string> = {}) =>
    api.call('PUT', path, { body: { address_scope: body }, headers });
  assert.equal((await change({ name: 'renamed' }, blue)).status, 200);
  assert.equal(errorType(await change({ ip_version: 4 }, blue)), 'HTTPBadRequest');
  assert.equal(errorType(await change({ shared: true }, blue)), 'PolicyNotAuthorized');
  assert.equal((await api.call('GET', path, { headers: memberOf('red') })).status, 404);
  assert.equal((await change({ shared: true })).status, 200);
  assert.equal((await api.call('GET', path, { headers: memberOf('red') })).status, 200);
  assert.equal(errorType(await change({ shared: false })), 'AddressScopeUpdateError');
  assert.equal((await api.call('DELETE', path, { headers: blue })).status, 204);
});

apiTest('needs a version of an address scope, and no name', async (api) => {
  for (const body of [{ name: 'a' }, { name: 'a', ip_version: 5 }]) {
    const refused = await api.call('POST', '/v2.0/address-scopes', { body: { address_scope: body } });
    assert.deepEqual([refused.status, errorType(refused)], [400, 'HTTPBadRequest']);
  }
  assert.equal((await api.create('address-scopes', { ip_version: 6 })).name, '');
});

apiTest('lists address-scope among the extensions', async (api) => {
  const { json } = await api.call('GET', '/v2.0/extensions/address-scope');
  assert.equal((json.extension as { readonly name: string }).name, 'Address scope');
});
