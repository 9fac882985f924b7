import assert from 'node:assert/strict';
import { apiTest, type Body, errorType, type Made, type TestApi } from './harness.ts';

interface Link {
  readonly rel: string;
  readonly href: string;
}

async function makeNetworks(api: TestApi, count: number): Promise<void> {
  const networks = Array.from({ length: count }, (_, index) => ({
    name: `n${String(index).padStart(2, '0')}`,
    description: index % 2 === 0 ? 'even' : 'odd',
  }));
  await api.call('POST', '/v2.0/networks', { body: { networks } });
}

function namesOf({ json }: { json: Body }): readonly unknown[] {
  return (json.networks as Body[]).map(({ name }) => name);
}

function linkTo(rel: string, { json }: { json: Body }): string | undefined {
  const href = ((json.networks_links ?? []) as Link[]).find((link) => link.rel === rel)?.href;
  return href && new URL(href).pathname + new URL(href).search;
}

apiTest('pages through a list, forth and back, in any order', async (api) => {
  await makeNetworks(api, 7);
  const start = '/v2.0/networks?limit=3&sort_key=description&sort_dir=desc&sort_key=name&sort_dir=asc';
  const pages: unknown[] = [];
  let last = start;
  for (let next: string | undefined = start; next; ) {
    const page = await api.call('GET', next);
    if (namesOf(page).length === 0) break;
    pages.push(namesOf(page));
    last = next;
    next = linkTo('next', page);
  }
  assert.deepEqual(pages, [['n01', 'n03', 'n05'], ['n00', 'n02', 'n04'], ['n06']]);
  const back = linkTo('previous', await api.call('GET', last));
  assert.ok(back);
  assert.deepEqual(namesOf(await api.call('GET', back)), ['n00', 'n02', 'n04']);
});

apiTest('misses and doubles nothing when things go and come between two pages', async (api) => {
  await makeNetworks(api, 6);
  const first = await api.call('GET', '/v2.0/networks?limit=2&sort_key=name');
  const [gone] = first.json.networks as Made[];
  await api.call('DELETE', `/v2.0/networks/${gone?.id}`);
  await api.create('networks', { name: 'n01a' });
  const next = linkTo('next', first);
  assert.ok(next);
  assert.deepEqual(namesOf(await api.call('GET', next)), ['n01a', 'n02']);
});

apiTest('reads a long page before a marker in the order of the list, and all of it without a limit', async (api) => {
  await makeNetworks(api, 230);
  const all = namesOf(await api.call('GET', '/v2.0/networks?sort_key=name'));
  assert.deepEqual(namesOf(await api.call('GET', '/v2.0/networks?sort_key=name&page_reverse=True')), all);
  const last = ((await api.call('GET', '/v2.0/networks?sort_key=name')).json.networks as Made[]).at(-1);
  const query = `sort_key=name&page_reverse=True&marker=${last?.id}`;
  assert.deepEqual(namesOf(await api.call('GET', `/v2.0/networks?${query}&limit=150`)), all.slice(79, 229));
  assert.deepEqual(namesOf(await api.call('GET', `/v2.0/networks?${query}&limit=500`)), all.slice(0, 229));
  assert.deepEqual(namesOf(await api.call('GET', `/v2.0/networks?${query}&limit=200&name=none`)), []);
});

apiTest('orders by several keys, and by id where they are equal', async (api) => {
  await makeNetworks(api, 4);
  const descending = await api.call('GET', '/v2.0/networks?sort_key=name&sort_dir=desc');
  assert.deepEqual(namesOf(descending), ['n03', 'n02', 'n01', 'n00']);
  const { json } = await api.call('GET', '/v2.0/networks?sort_key=mtu');
  const ids = (json.networks as Made[]).map(({ id }) => id);
  assert.deepEqual(ids, ids.toSorted());
});

apiTest('leads from an empty page to the ends of the list', async (api) => {
  await makeNetworks(api, 2);
  const linksOf = async (query: string) =>
    (await api.call('GET', `/v2.0/networks?name=none&limit=1${query}`)).json.networks_links;
  const path = `${api.url}/v2.0/networks?name=none&limit=1`;
  assert.deepEqual(await linksOf(''), [{ rel: 'previous', href: `${path}&page_reverse=True` }]);
  assert.deepEqual(await linksOf('&page_reverse=True'), [{ rel: 'next', href: path }]);
});

apiTest('ignores a marker that is empty or without a limit', async (api) => {
  await makeNetworks(api, 2);
  for (const query of ['marker=', 'marker=nobody', 'limit=5&marker=', 'limit=0&marker=nobody'])
    assert.equal(namesOf(await api.call('GET', `/v2.0/networks?${query}`)).length, 2, query);
});

apiTest('shows only the fields that were asked for, and none that it does not have', async (api) => {
  await makeNetworks(api, 1);
  assert.deepEqual((await api.call('GET', '/v2.0/networks?fields=name&fields=mtu')).json.networks, [
    { name: 'n00', mtu: 1442 },
  ]);
  assert.deepEqual((await api.call('GET', '/v2.0/networks?fields=colour')).json.networks, [{}]);
});

apiTest('filters by several values, booleans and numbers, all of which must hold', async (api) => {
  await makeNetworks(api, 4);
  const names = async (query: string) => namesOf(await api.call('GET', `/v2.0/networks?sort_key=name&${query}`));
  assert.deepEqual(await names('name=n01&name=n02&name=n09'), ['n01', 'n02']);
  assert.deepEqual(await names('description=even&name=n01&name=n02'), ['n02']);
  assert.deepEqual(await names('shared=False&admin_state_up=true&mtu=1442&name=n00'), ['n00']);
  assert.deepEqual(await names('shared=True'), []);
  assert.deepEqual(await names('mtu=1443'), []);
  assert.deepEqual(await names('name='), []);
});

apiTest('refuses what it cannot sort, page or filter by', async (api) => {
  const refusal = async (query: string) => {
    const answer = await api.call('GET', `/v2.0/networks?${query}`);
    return [answer.status, errorType(answer)];
  };
  assert.deepEqual(await refusal('sort_key=subnets'), [400, 'HTTPBadRequest']);
  assert.deepEqual(await refusal('sort_key=name&sort_dir=up'), [400, 'HTTPBadRequest']);
  assert.deepEqual(await refusal('limit=-1'), [400, 'BadRequest']);
  assert.deepEqual(await refusal('limit=2&marker=11111111-1111-4111-8111-111111111111'), [404, 'NetworkNotFound']);
});

apiTest('streams a list that is larger than one page, whole and in order', async (api) => {
  const network = await api.create('networks');
  const ports = Array.from({ length: 600 }, (_, index) => ({ network_id: network.id, name: `p${1000 + index}` }));
  for (const half of [ports.slice(0, 300), ports.slice(300)])
    await api.call('POST', '/v2.0/ports', { body: { ports: half } });
  const { json } = await api.call('GET', '/v2.0/ports?sort_key=name&fields=name');
  assert.deepEqual(
    json.ports,
    ports.map(({ name }) => ({ name })),
  );
});

apiTest('finds ports by a part of an address, and by nothing else that looks like it', async (api) => {
  const { id: network_id } = await api.create('networks');
  await api.create('subnets', { network_id, ip_version: 6, cidr: '2001:db8::/64' });
  for (const ip_address of ['2001:db8::ab', '2001:db8::cd'])
    await api.create('ports', { network_id, name: ip_address, fixed_ips: [{ ip_address }] });
  const found = async (...filters: readonly string[]) => {
    const query = filters.map((filter) => `fixed_ips=${encodeURIComponent(filter)}`).join('&');
    const { json } = await api.call('GET', `/v2.0/ports?sort_key=name&sort_dir=asc&${query}`);
    return (json.ports as Body[]).map(({ name }) => name);
  };
  assert.deepEqual(await found('ip_address_substr=::A'), ['2001:db8::ab']);
  assert.deepEqual(await found('ip_address_substr=::ab', 'ip_address_substr=cd'), ['2001:db8::ab', '2001:db8::cd']);
  assert.deepEqual(await found('ip_address_substr=-'), []);
  assert.deepEqual(await found('ip_address_substr=%'), []);
  assert.deepEqual(await found('ip_address_substr=db8', 'ip_address=2001:db8::cd'), ['2001:db8::cd']);
  assert.equal(errorType(await api.call('GET', '/v2.0/ports?fixed_ips=2001:db8::cd')), 'InvalidInput');
});
