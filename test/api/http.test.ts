import assert from 'node:assert/strict';
import { apiTest, type Body, errorType } from './harness.ts';

apiTest('names its versions, collections and extensions', async (api) => {
  const versions = await api.call('GET', '/');
  assert.deepEqual(versions.json, {
    versions: [{ id: 'v2.0', status: 'CURRENT', links: [{ rel: 'self', href: `${api.url}/v2.0/` }] }],
  });
  const { json } = await api.call('GET', '/v2.0');
  const collections = (json.resources as Body[]).map(({ collection }) => collection);
  for (const collection of ['networks', 'subnets', 'ports', 'routers', 'agents', 'address_scopes'])
    assert.ok(collections.includes(collection), collection);
  const extensions = (await api.call('GET', '/v2.0/extensions')).json.extensions as Body[];
  const aliases = extensions.map(({ alias }) => alias);
  assert.equal(new Set(aliases).size, aliases.length);
  for (const alias of ['binding', 'port-security', 'allowed-address-pairs', 'agent', 'pagination', 'revision-if-match'])
    assert.ok(aliases.includes(alias), alias);
  const one = await api.call('GET', '/v2.0/extensions/binding');
  assert.equal((one.json.extension as Body).name, 'Port Binding');
  assert.equal((await api.call('GET', '/v2.0/extensions/teleport')).status, 404);
});

apiTest('answers every request with an id of its own', async (api) => {
  const ids = new Set<string | null>();
  for (const path of ['/', '/v2.0/networks', '/v2.0/networks/nobody', '/nowhere'])
    ids.add((await api.call('GET', path)).headers.get('x-openstack-request-id'));
  assert.equal(ids.size, 4);
  for (const id of ids) assert.match(id ?? '', /^req-[0-9a-f-]{36}$/);
});

apiTest('refuses bodies that are no JSON, too large, or not of the resource', async (api) => {
  const post = async (body: unknown) => {
    const answer = await api.call('POST', '/v2.0/networks', { body });
    return [answer.status, errorType(answer)];
  };
  const bad = [400, 'HTTPBadRequest'];
  for (const body of [
    '{bad',
    '',
    'null',
    '[]',
    '"text"',
    { subnet: {} },
    { network: [] },
    { networks: [] },
    { networks: [1] },
  ])
    assert.deepEqual(await post(body), bad, JSON.stringify(body));
  assert.deepEqual(await post({ network: { name: 'x'.repeat(256) } }), bad);
  assert.deepEqual(await post({ network: { name: null } }), bad);
  assert.deepEqual(await post({ network: { id: '11111111-1111-4111-8111-111111111111' } }), bad);
  assert.deepEqual(await post({ network: { admin_state_up: [] } }), [400, 'InvalidInput']);
  assert.deepEqual(await post({ network: { name: 'x'.repeat(5_000_000) } }), [413, 'HTTPRequestEntityTooLarge']);
  assert.deepEqual((await api.call('GET', '/v2.0/networks')).json, { networks: [] });
});

apiTest('takes prototypes for names like any other, that is for unknown ones', async (api) => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const body = `{"network": {"${name}": {"name": "x"}}}`;
    assert.equal((await api.call('POST', '/v2.0/networks', { body })).status, 400, name);
    for (const collection of ['networks', 'ports'])
      assert.equal((await api.call('GET', `/v2.0/${collection}?${name}=1`)).status, 400, name);
  }
});

apiTest('tells a path that is not there from a method that it does not have', async (api) => {
  const refusal = async (method: string, path: string) => {
    const answer = await api.call(method, path);
    return [answer.status, errorType(answer)];
  };
  assert.deepEqual(await refusal('GET', '/v2.0/foos'), [404, 'HTTPNotFound']);
  assert.deepEqual(await refusal('PATCH', '/v2.0/networks'), [405, 'HTTPMethodNotAllowed']);
  assert.deepEqual(await refusal('POST', '/v2.0/networks/some'), [405, 'HTTPMethodNotAllowed']);
  assert.deepEqual(await refusal('DELETE', '/v2.0/ports'), [405, 'HTTPMethodNotAllowed']);
  assert.deepEqual(await refusal('PUT', '/v2.0/routers/some/explode'), [404, 'HTTPNotFound']);
});

apiTest('answers HEAD as GET without the body, and old clients that say .json', async (api) => {
  const head = await fetch(`${api.url}/v2.0/networks`, { method: 'HEAD' });
  assert.deepEqual([head.status, await head.text()], [200, '']);
  assert.deepEqual((await api.call('GET', '/v2.0/networks.json?limit=1')).json.networks, []);
  assert.equal((await api.call('GET', '/v2.0/networks/')).status, 200);
});

apiTest('takes .json for a part of what it ends, unless that is the collection', async (api) => {
  const { id } = await api.create('networks', { name: 'foo.json' });
  await api.create('networks', { name: 'foo' });
  const found = (await api.call('GET', '/v2.0/networks?name=foo.json')).json.networks as Body[];
  assert.deepEqual(
    found.map((network) => network.id),
    [id],
  );
  await api.call('PUT', `/v2.0/networks/${id}/tags/a.json`);
  assert.deepEqual((await api.call('GET', `/v2.0/networks/${id}.json`)).json.network, {
    ...((await api.call('GET', `/v2.0/networks/${id}`)).json.network as Body),
    tags: ['a.json'],
  });
});

apiTest('refuses what is nested too deep to be shown', async (api) => {
  const name = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const answer = await api.call('POST', '/v2.0/networks', { body: `{"network": {"name": ${name}}}` });
  assert.deepEqual([answer.status, errorType(answer)], [400, 'HTTPBadRequest']);
});

apiTest('counts requests and says that it is well', async (api) => {
  await api.call('GET', '/v2.0/networks');
  await api.call('GET', '/v2.0/networks/nobody');
  const text = await (await fetch(`${api.url}/metrics`)).text();
  assert.match(text, /sextant_api_requests_total\{method="GET",route="\/v2.0\/networks",status="200"\} 1/);
  assert.match(text, /sextant_api_requests_total\{method="GET",route="\/v2.0\/networks\/:id",status="404"\} 1/);
  const health = await api.call('GET', '/healthcheck');
  assert.deepEqual([health.status, health.json], [200, { status: 'ok', checks: { store: true } }]);
});

apiTest('describes itself, and each thing that it refers to', async (api) => {
  const { json } = await api.call('GET', '/openapi.json');
  assert.equal(json.openapi, '3.1.0');
  const { schemas } = json.components as { schemas: Record<string, { properties: Body; required?: string[] }> };
  const refs = JSON.stringify(json).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g);
  for (const [, name = ''] of refs) assert.ok(name in schemas, name);
  assert.deepEqual(schemas.port_create?.required, ['network_id']);
  const port = await api.create('ports', { network_id: (await api.create('networks')).id });
  assert.deepEqual(Object.keys(schemas.port?.properties ?? {}).sort(), Object.keys(port).sort());
  assert.ok('/v2.0/routers/{id}/add_router_interface' in (json.paths as Body));
});

apiTest('has an answer for ids, filters and tags that no database would take', async (api) => {
  const network = await api.create('networks');
  const statuses: number[] = [];
  for (const path of [
    'networks/%00',
    'networks?name=%00',
    'networks?limit=1&marker=%00',
    'ports?fixed_ips=subnet_id=%00',
  ])
    statuses.push((await api.call('GET', `/v2.0/${path}`)).status);
  statuses.push((await api.call('PUT', `/v2.0/networks/${network.id}/tags/%00`)).status);
  for (const attribute of ['name', 'project_id', 'tenant_id'])
    statuses.push((await api.call('POST', '/v2.0/networks', { body: { network: { [attribute]: '\0' } } })).status);
  assert.deepEqual(statuses, [404, 400, 404, 400, 400, 400, 400, 400]);
});
