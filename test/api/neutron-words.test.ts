import assert from 'node:assert/strict';
import { createCatalog } from '../../src/api/index.ts';
import { apiTest, type Body, beatAgent, errorType, type Made, memberOf, type TestApi } from './harness.ts';

const truths = ['true', 'True', 'TRUE', ' t ', '1', 'on', 'y', 'Yes'];
const falsehoods = ['false', 'F', '0', 'off', 'n', 'NO'];

apiTest('takes every word for a boolean that neutron-lib does, and no other', async (api) => {
  const { id } = await api.create('networks');
  const isUp = async (value: unknown) => {
    const { status, json } = await api.call('PUT', `/v2.0/networks/${id}`, { body: { network: { shared: value } } });
    return status === 200 ? (json.network as Body).shared : errorType({ json } as never);
  };
  for (const value of [...truths, 1, true]) assert.equal(await isUp(value), true, String(value));
  for (const value of [...falsehoods, 0, false]) assert.equal(await isUp(value), false, String(value));
  for (const value of ['junk', '', 2, null, [], {}, '1.0'])
    assert.equal(await isUp(value), 'InvalidInput', String(value));
});

/** The attributes of every collection of its own that a boolean or a number may be given for. */
function attributesOfType(type: string): readonly (readonly [path: string, name: string])[] {
  const served = createCatalog().served.filter(({ parentInPath }) => parentInPath === undefined);
  return served.flatMap(({ path, attributes, resource }) =>
    attributes
      .filter((attribute) => {
        const schema = attribute.access === 'read-only' ? attribute.schema : attribute.type.schema;
        const { filters = {} } = resource.definition;
        return (
          schema.type === type && (attribute.column || attribute.constant !== undefined || attribute.name in filters)
        );
      })
      .map(({ name }) => [path, name] as const),
  );
}

apiTest('filters by every boolean in each of its words, and refuses what is none', async (api) => {
  const booleans = attributesOfType('boolean');
  for (const name of ['shared', 'router:external', 'alive', 'stateful', 'enable_dhcp'])
    assert.ok(
      booleans.some((boolean) => boolean[1] === name),
      name,
    );
  for (const [path, name] of booleans) {
    const status = async (value: string) =>
      (await api.call('GET', `${path}?${name}=${encodeURIComponent(value)}`)).status;
    for (const word of [...truths, ...falsehoods]) assert.equal(await status(word), 200, `${path} ${name} ${word}`);
    const junk = await api.call('GET', `${path}?${name}=junk`);
    assert.deepEqual([junk.status, errorType(junk)], [400, 'InvalidInput'], `${path} ${name}`);
  }
});

apiTest('refuses to look for a number by what is none', async (api) => {
  for (const [path, name] of [...attributesOfType('integer'), ['/v2.0/subnets', 'ip_version']] as const) {
    assert.equal((await api.call('GET', `${path}?${name}=7`)).status, 200, `${path} ${name}`);
    assert.equal(errorType(await api.call('GET', `${path}?${name}=wide`)), 'InvalidInput', `${path} ${name}`);
  }
  const rules = await api.call('GET', '/v2.0/security-group-rules?port_range_min=wide');
  assert.equal(errorType(rules), 'SecurityGroupInvalidPortValue');
});

apiTest('takes null for the empty list, wherever Neutron does', async (api) => {
  const network = await api.create('networks');
  const cidr = { ip_version: 6, cidr: '2001:db8::/64' };
  const lists = ['dns_nameservers', 'host_routes', 'service_types'];
  const nulls = Object.fromEntries(lists.map((name) => [name, null]));
  const subnet = await api.create('subnets', { network_id: network.id, ...cidr, ...nulls, allocation_pools: null });
  for (const name of lists) assert.deepEqual(subnet[name], [], name);
  const changed = await api.call('PUT', `/v2.0/subnets/${subnet.id}`, { body: { subnet: nulls } });
  assert.equal(changed.status, 200);
  const router = await api.create('routers');
  const routes = await api.call('PUT', `/v2.0/routers/${router.id}`, { body: { router: { routes: null } } });
  assert.deepEqual((routes.json.router as Body).routes, []);
  const group = await api.create('address-groups', { addresses: null });
  assert.deepEqual(group.addresses, []);
  const port = await api.create('ports', { network_id: network.id, allowed_address_pairs: null });
  assert.deepEqual(port.allowed_address_pairs, []);
  const addresses = await api.call('PUT', `/v2.0/ports/${port.id}`, { body: { port: { fixed_ips: null } } });
  assert.deepEqual([addresses.status, errorType(addresses)], [400, 'HTTPBadRequest']);
});

apiTest('takes null groups for the default one of a new port, and for none of a port that exists', async (api) => {
  const network = await api.create('networks');
  const port = await api.create('ports', { network_id: network.id, security_groups: null });
  assert.equal((port.security_groups as readonly string[]).length, 1);
  const changed = await api.call('PUT', `/v2.0/ports/${port.id}`, { body: { port: { security_groups: null } } });
  assert.deepEqual((changed.json.port as Body).security_groups, []);
  const renamed = await api.call('PUT', `/v2.0/ports/${port.id}`, { body: { port: { name: 'x' } } });
  assert.deepEqual((renamed.json.port as Body).security_groups, []);
});

apiTest('takes no gateway, however that is said, and refuses each other', async (api) => {
  const blue = memberOf('blue');
  const network = await api.create('networks', {}, blue);
  for (const none of [null, {}]) {
    const router = await api.create('routers', { external_gateway_info: none }, blue);
    assert.equal(router.external_gateway_info, null);
    const body = { router: { external_gateway_info: none, name: 'r' } };
    const { status, json } = await api.call('PUT', `/v2.0/routers/${router.id}`, { body, headers: blue });
    assert.deepEqual([status, (json.router as Body).external_gateway_info], [200, null]);
  }
  const refusal = async (info: unknown, headers = blue) => {
    const answer = await api.call('POST', '/v2.0/routers', {
      body: { router: { external_gateway_info: info } },
      headers,
    });
    return [answer.status, errorType(answer)];
  };
  assert.deepEqual(await refusal({ network_id: network.id }), [400, 'BadRequest']);
  assert.deepEqual(await refusal({ network_id: network.id, enable_snat: false }), [400, 'BadRequest']);
  assert.deepEqual(await refusal({ network_id: network.id }, memberOf('red')), [404, 'NetworkNotFound']);
  for (const bad of [{ enable_snat: true }, { network_id: 'x' }, [], 'none', { network_id: network.id, foo: 1 }])
    assert.deepEqual(await refusal(bad), [400, 'HTTPBadRequest'], JSON.stringify(bad));
});

apiTest('has no external networks, and says so to those who look for them', async (api) => {
  const network = await api.create('networks', { 'router:external': false }, memberOf('blue'));
  assert.equal(network['router:external'], false);
  const found = async (query: string) =>
    (await api.call('GET', `/v2.0/networks?${query}`)).json.networks as readonly Made[];
  assert.equal((await found('router:external=True')).length, 0);
  assert.equal((await found('router:external=False')).length, 1);
  assert.equal((await found('router:external=False&router:external=True')).length, 1);
  const create = (headers: Readonly<Record<string, string>>) =>
    api.call('POST', '/v2.0/networks', { body: { network: { 'router:external': true } }, headers });
  assert.equal(errorType(await create({})), 'InvalidInput');
  assert.equal(errorType(await create(memberOf('blue'))), 'PolicyNotAuthorized');
  const body = { network: { 'router:external': true } };
  assert.equal(errorType(await api.call('PUT', `/v2.0/networks/${network.id}`, { body })), 'InvalidInput');
});

apiTest('makes a subnet of no pool, and knows no pools', async (api) => {
  const network = await api.create('networks');
  const subnet = { network_id: network.id, ip_version: 6, cidr: '2001:db8::/64' };
  assert.equal((await api.create('subnets', { ...subnet, subnetpool_id: null })).subnetpool_id, null);
  const refusal = async (pool: unknown) =>
    errorType(await api.call('POST', '/v2.0/subnets', { body: { subnet: { ...subnet, subnetpool_id: pool } } }));
  assert.equal(await refusal('11111111-1111-4111-8111-111111111111'), 'SubnetPoolNotFound');
  assert.equal(await refusal('x'), 'HTTPBadRequest');
  const found = async (query: string) =>
    ((await api.call('GET', `/v2.0/subnets?${query}`)).json.subnets as Body[]).length;
  assert.equal(await found('subnetpool_id=11111111-1111-4111-8111-111111111111'), 0);
  assert.equal(await found('sort_key=subnetpool_id&sort_dir=asc'), 1);
});

apiTest('ignores what it does not know inside of a fixed address', async (api) => {
  const network = await api.create('networks');
  const subnet = await api.create('subnets', { network_id: network.id, ip_version: 6, cidr: '2001:db8::/64' });
  const wanted = { subnet_id: subnet.id, ip_address: '2001:db8::5' };
  const port = await api.create('ports', { network_id: network.id, fixed_ips: [{ ...wanted, prefixlen: 64 }] });
  assert.deepEqual(port.fixed_ips, [wanted]);
});

apiTest('finds the subnets of shared networks', async (api) => {
  const makeSubnet = async (shared: boolean, cidr: string) => {
    const network = await api.create('networks', { shared });
    return (await api.create('subnets', { network_id: network.id, ip_version: 6, cidr })).id;
  };
  const [open, closed] = [await makeSubnet(true, '2001:db8:1::/64'), await makeSubnet(false, '2001:db8:2::/64')];
  assert.deepEqual(await idsOf(api, 'subnets?shared=True'), [open]);
  assert.deepEqual(await idsOf(api, 'subnets?shared=0'), [closed]);
});

apiTest('finds agents by whether they are alive', async (api) => {
  const alive = await beatAgent(api, 'h1', new Date().toISOString());
  const silent = await beatAgent(api, 'h2', '2026-01-01T00:00:00Z');
  assert.deepEqual(await idsOf(api, 'agents?alive=True'), [alive]);
  assert.deepEqual(await idsOf(api, 'agents?alive=no'), [silent]);
});

apiTest('lets members look for provider networks, and order nothing by what they do not see', async (api) => {
  const headers = memberOf('blue');
  await api.create('networks', {}, headers);
  const found = async (query: string) =>
    ((await api.call('GET', `/v2.0/networks?${query}`, { headers })).json.networks as Body[]).length;
  assert.equal(await found('provider:network_type=geneve'), 1);
  assert.equal(await found('provider:network_type=vlan'), 0);
  assert.equal(await found('provider:physical_network=physnet1'), 0);
  const sorted = await api.call('GET', '/v2.0/networks?sort_key=provider:segmentation_id&sort_dir=asc', { headers });
  assert.equal(sorted.status, 400);
});

async function idsOf(api: TestApi, query: string): Promise<readonly string[]> {
  const { json } = await api.call('GET', `/v2.0/${query}`);
  return (Object.values(json)[0] as readonly Made[]).map(({ id }) => id);
}

apiTest('counts characters, not the halves that some of them are written with', async (api) => {
  const name = '\u{1f30d}'.repeat(255);
  assert.equal((await api.create('networks', { name })).name, name);
  const post = async (longer: string) =>
    errorType(await api.call('POST', '/v2.0/networks', { body: { network: { name: longer } } }));
  assert.equal(await post(`${name}x`), 'HTTPBadRequest');
  assert.equal(await post('\ud83c'), 'HTTPBadRequest');
});

apiTest('keeps every number of a binding profile as it was written, or refuses it', async (api) => {
  const { id } = await api.create('ports', { network_id: (await api.create('networks')).id });
  const put = (profile: string) =>
    fetch(`${api.url}/v2.0/ports/${id}`, { method: 'PUT', body: `{"port": {"binding:profile": ${profile}}}` });
  const kept = '{"pci":{"id":18446744073709551615,"small":[9007199254740993,-9007199254740993,1.5,7]}}';
  const answer = await (await put(kept)).text();
  assert.ok(answer.includes(`"binding:profile":${kept}`), answer);
  const shown = await (await fetch(`${api.url}/v2.0/ports/${id}`)).text();
  assert.ok(shown.includes(`"binding:profile":${kept}`), shown);
  assert.equal((await put('{"n":1e400}')).status, 400);
  assert.equal((await put('12345678901234567890')).status, 400);
  const network = await api.call('POST', '/v2.0/networks', { body: '{"network": {"mtu": 12345678901234567890}}' });
  assert.equal(errorType(network), 'InvalidInput');
});

apiTest('finds the security groups that are shared with a project', async (api) => {
  const [red, blue] = [memberOf('red'), memberOf('blue')];
  const group = await api.create('security-groups', { name: 'lent' }, red);
  const lent = {
    object_type: 'security_group',
    object_id: group.id,
    action: 'access_as_shared',
    target_tenant: 'blue',
  };
  await api.create('rbac-policies', lent, red);
  const found = async (query: string) => {
    const { json } = await api.call('GET', `/v2.0/security-groups?${query}`, { headers: blue });
    return (json.security_groups as Body[]).map(({ name }) => name);
  };
  assert.deepEqual(await found('shared=True'), ['lent']);
  assert.deepEqual(await found('shared=off'), ['default']);
});
