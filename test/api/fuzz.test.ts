import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createCatalog } from '../../src/api/index.ts';
import { apiTest, type TestApi } from './harness.ts';

/** Values that have been trouble somewhere, besides whatever else JSON can hold. */
const trouble = fc.constantFrom<unknown>(
  '::/0',
  '::/128',
  '0.0.0.0/0',
  '255.255.255.255/32',
  'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128',
  '2001:db8::/64',
  '192.0.2.0/31',
  'fe80::1%eth0',
  '::ffff:192.0.2.1',
  'ff:ff:ff:ff:ff:ff',
  '\ud800',
  '\0',
  'x'.repeat(300),
  -1,
  0,
  4,
  6,
  1e308,
  [[-9_007_199_254_740_992]],
  null,
  true,
  'network:router_interface',
  'dhcpv6-stateful',
  'slaac',
  [{ start: '::', end: '::1' }],
  [{ subnet_id: '11111111-1111-4111-8111-111111111111' }],
  [{ ip_address: '2001:db8::5' }, {}],
  [{ destination: '::/0', nexthop: '::' }],
);
const value = fc.oneof({ weight: 3, arbitrary: trouble }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) });

function attributeNames(): ReadonlyMap<string, readonly string[]> {
  const { served } = createCatalog();
  return new Map(
    served.map(({ resource, attributes }) => [
      resource.definition.collection,
      [...attributes.map(({ name }) => name), 'unknown'],
    ]),
  );
}

/** Bodies of a collection: what it requires, then anything for any of its attributes. */
function bodies(collection: string, required: Record<string, unknown>, names: readonly string[]) {
  const given = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 5 });
  const name = collection.slice(0, -1);
  return given.map((attributes) => ({ [name]: { ...required, ...attributes } }));
}

async function check(api: TestApi, method: string, path: string, body: unknown): Promise<boolean> {
  const { status, json } = await api.call(method, path, { body });
  assert.ok(status < 500, `${method} ${path} ${JSON.stringify(body)} answered ${status}: ${JSON.stringify(json)}`);
  return true;
}

apiTest('has an answer for any body: made, changed or refused, never an error of its own', async (api) => {
  const network = await api.create('networks');
  const subnet = await api.create('subnets', { network_id: network.id, ip_version: 6, cidr: '2001:db8:1::/64' });
  const port = await api.create('ports', { network_id: network.id });
  const router = await api.create('routers');
  const required = {
    networks: {},
    subnets: { network_id: network.id, ip_version: 6, cidr: '2001:db8:2::/64' },
    ports: { network_id: network.id },
    routers: {},
  };
  const members = { networks: network, subnets: subnet, ports: port, routers: router };
  const names = attributeNames();
  for (const collection of ['networks', 'subnets', 'ports', 'routers'] as const) {
    const known = names.get(collection) ?? [];
    const created = bodies(collection, required[collection], known);
    await fc.assert(fc.asyncProperty(created, (body) => check(api, 'POST', `/v2.0/${collection}`, body)));
    const path = `/v2.0/${collection}/${members[collection].id}`;
    await fc.assert(fc.asyncProperty(bodies(collection, {}, known), (body) => check(api, 'PUT', path, body)));
  }
  const interfaces = fc.dictionary(
    fc.constantFrom('subnet_id', 'port_id', 'else'),
    fc.oneof(value, fc.constant(subnet.id)),
  );
  const path = `/v2.0/routers/${router.id}/add_router_interface`;
  await fc.assert(fc.asyncProperty(interfaces, (body) => check(api, 'PUT', path, body)));
});

apiTest('has an answer for any query', async (api) => {
  const network = await api.create('networks');
  await api.create('ports', { network_id: network.id });
  const names = [...(attributeNames().get('ports') ?? []), 'limit', 'marker', 'sort_key', 'sort_dir', 'fields', 'tags'];
  const text = fc.oneof(fc.constantFrom('', '%', "'", '"', '\0', 'true', network.id, 'ip_address=::'), fc.string());
  const query = fc.array(fc.tuple(fc.constantFrom(...names, 'fixed_ips'), text), { maxLength: 4 });
  const ask = (pairs: [string, string][]) => check(api, 'GET', `/v2.0/ports?${new URLSearchParams(pairs)}`, undefined);
  await fc.assert(fc.asyncProperty(query, ask), { numRuns: 300 });
});
