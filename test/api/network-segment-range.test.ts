import assert from 'node:assert/strict';
import { apiTest, type Body, errorType, type Made, memberOf, type TestApi } from './harness.ts';

const collection = '/v2.0/network_segment_ranges';

async function call(api: TestApi, method: string, path: string, range?: Body, headers = {}): Promise<unknown> {
  const answer = await api.call(method, `${collection}${path}`, {
    ...(range && { body: { network_segment_range: range } }),
    headers,
  });
  if (answer.status >= 300) return [answer.status, errorType(answer)];
  return answer.json.network_segment_range ?? answer.json.network_segment_ranges ?? answer.status;
}

const vxlan = { name: 'v', network_type: 'vxlan', minimum: 1_100, maximum: 1_102 };

function networkOf(api: TestApi, project: string, body: Body = {}): Promise<Made> {
  return api.create('networks', { project_id: project, ...body });
}

apiTest('shows the ranges of the settings, and changes none of them', async (api) => {
  const [geneve, ...others] = (await call(api, 'GET', '')) as readonly Made[];
  assert.ok(geneve && others.length === 0);
  const { id, created_at: _, updated_at: __, available, ...rest } = geneve;
  assert.deepEqual(rest, {
    tenant_id: '',
    project_id: '',
    name: '',
    description: '',
    tags: [],
    revision_number: 1,
    default: true,
    shared: true,
    network_type: 'geneve',
    physical_network: null,
    minimum: 1,
    maximum: 65_535,
    used: {},
  });
  assert.equal((available as readonly number[]).length, 1_000);
  assert.deepEqual(await call(api, 'PUT', `/${id}`, { name: 'x' }), [400, 'NetworkSegmentRangeDefaultReadOnly']);
  assert.deepEqual(await call(api, 'DELETE', `/${id}`), [400, 'NetworkSegmentRangeDefaultReadOnly']);
  assert.deepEqual(await call(api, 'GET', '', undefined, memberOf('blue')), [403, 'PolicyNotAuthorized']);
});

apiTest('gives a project the identifiers of its own range, and nobody else', async (api) => {
  const geneve = { network_type: 'geneve', minimum: 7, maximum: 8, shared: false, project_id: 'blue' };
  const range = (await call(api, 'POST', '', geneve)) as Made;
  const ids = [await networkOf(api, 'blue'), await networkOf(api, 'blue')].map(
    (made) => made['provider:segmentation_id'],
  );
  assert.deepEqual(ids.toSorted(), [7, 8]);
  const shown = (await call(api, 'GET', `/${range.id}`)) as Body;
  assert.deepEqual([shown.used, shown.available], [{ 7: 'blue', 8: 'blue' }, []]);
  // What is left are the identifiers of all, without those of the range.
  const next = await networkOf(api, 'blue');
  assert.ok(![7, 8].includes(Number(next['provider:segmentation_id'])));
});

apiTest('keeps a type for administrators by its ranges alone', async (api) => {
  const asked = { 'provider:network_type': 'vxlan' };
  assert.equal((await api.call('POST', '/v2.0/networks', { body: { network: asked } })).status, 400);
  const range = (await call(api, 'POST', '', vxlan)) as Made;
  assert.deepEqual([range.default, range.shared, range.project_id], [false, true, '']);
  const network = await networkOf(api, 'red', asked);
  assert.ok([1_100, 1_101, 1_102].includes(Number(network['provider:segmentation_id'])));
  const change = (body: Body) => call(api, 'PUT', `/${range.id}`, body);
  assert.deepEqual(await call(api, 'DELETE', `/${range.id}`), [409, 'NetworkSegmentRangeReferencedByProject']);
  const edge = { minimum: network['provider:segmentation_id'], maximum: 1_200 };
  assert.deepEqual(await change(edge), [409, 'NetworkSegmentRangeReferencedByProject']);
  assert.equal(((await change({ name: 'w', minimum: 1_050, maximum: 1_150 })) as Body).minimum, 1_050);
  assert.equal((await api.call('DELETE', `/v2.0/networks/${network.id}`)).status, 204);
  assert.equal(await call(api, 'DELETE', `/${range.id}`), 204);
});

apiTest('refuses ranges that there can’t be', async (api) => {
  const create = (body: Body) => call(api, 'POST', '', body);
  await create(vxlan);
  assert.deepEqual(await create({ ...vxlan, minimum: 1_102, maximum: 1_200 }), [409, 'NetworkSegmentRangeOverlaps']);
  assert.deepEqual(await create({ ...vxlan, minimum: 9, maximum: 8 }), [400, 'InvalidInput']);
  assert.deepEqual(await create({ ...vxlan, network_type: 'flat' }), [400, 'HTTPBadRequest']);
  assert.deepEqual(await create({ ...vxlan, network_type: 'vlan' }), [400, 'BadRequest']);
  const vlan = { network_type: 'vlan', physical_network: 'physnet1', minimum: 1, maximum: 4_094 };
  assert.deepEqual(await create({ ...vlan, maximum: 4_095 }), [400, 'InvalidInput']);
  assert.equal(((await create(vlan)) as Body).physical_network, 'physnet1');
  assert.equal(((await create({ ...vlan, physical_network: 'physnet2' })) as Body).physical_network, 'physnet2');
  const asked = { 'provider:network_type': 'vlan', 'provider:physical_network': 'physnet2' };
  assert.equal((await networkOf(api, 'red', asked))['provider:physical_network'], 'physnet2');
});
