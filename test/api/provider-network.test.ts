import assert from 'node:assert/strict';
import { apiTest, type Body, errorType, type Made, memberOf, type TestApi } from './harness.ts';

const settings = {
  segmentRanges: [
    { networkType: 'geneve', first: 100, last: 101 },
    { networkType: 'vlan', physicalNetwork: 'physnet1', first: 10, last: 11 },
    { networkType: 'vlan', physicalNetwork: 'physnet2', first: 10, last: 10 },
    { networkType: 'vxlan', first: 5, last: 5 },
    { networkType: 'gre', first: 4_294_967_294, last: 4_294_967_295 },
  ],
  flatNetworks: ['physnet1'],
} as const;

interface Asked {
  readonly type?: string;
  readonly physical?: string;
  readonly id?: number | string;
}

/** Asks for a network, and answers its segment and status, or the refusal. */
function asker(api: TestApi, headers = {}) {
  return async ({ type, physical, id }: Asked = {}): Promise<readonly unknown[]> => {
    const network = {
      ...(type !== undefined && { 'provider:network_type': type }),
      ...(physical !== undefined && { 'provider:physical_network': physical }),
      ...(id !== undefined && { 'provider:segmentation_id': id }),
    };
    const answer = await api.call('POST', '/v2.0/networks', { body: { network }, headers });
    return answer.status === 201 ? segmentOf(answer.json.network as Body) : [answer.status, errorType(answer)];
  };
}

function segmentOf(network: Body): readonly unknown[] {
  const names = ['provider:network_type', 'provider:physical_network', 'provider:segmentation_id', 'status'];
  return names.map((name) => network[name]);
}

apiTest(
  'gives networks segments of every type, each to one, from the ranges or as asked',
  async (api) => {
    const ask = asker(api);
    assert.deepEqual((await ask()).slice(0, 2), ['geneve', null]);
    assert.deepEqual((await ask({ type: 'geneve' })).at(-1), 'ACTIVE');
    assert.deepEqual(await ask(), [503, 'NoNetworkAvailable']);
    assert.deepEqual(await ask({ type: 'geneve', id: 100 }), [409, 'TunnelIdInUse']);
    assert.deepEqual(await ask({ type: 'geneve', id: '7' }), ['geneve', null, 7, 'ACTIVE']);
    assert.deepEqual(await ask({ type: 'vxlan' }), ['vxlan', null, 5, 'DOWN']);
    assert.deepEqual(await ask({ type: 'vxlan', id: 5 }), [409, 'TunnelIdInUse']);
    assert.deepEqual(await ask({ type: 'vxlan', id: 100 }), ['vxlan', null, 100, 'DOWN']);
    assert.equal((await ask({ type: 'gre' }))[0], 'gre');
    assert.deepEqual(await ask({ type: 'vlan', physical: 'physnet1', id: 3_000 }), ['vlan', 'physnet1', 3_000, 'DOWN']);
    assert.deepEqual(await ask({ type: 'vlan', physical: 'physnet2' }), ['vlan', 'physnet2', 10, 'DOWN']);
    assert.deepEqual(await ask({ type: 'vlan', physical: 'physnet2', id: 10 }), [409, 'VlanIdInUse']);
    assert.deepEqual([(await ask({ type: 'vlan' }))[1], (await ask({ type: 'vlan' }))[1]], ['physnet1', 'physnet1']);
    assert.deepEqual(await ask({ type: 'vlan' }), [503, 'NoNetworkAvailable']);
    assert.deepEqual(await ask({ type: 'flat', physical: 'physnet1' }), ['flat', 'physnet1', null, 'DOWN']);
    assert.deepEqual(await ask({ type: 'flat', physical: 'physnet1' }), [409, 'FlatNetworkInUse']);
    assert.deepEqual(await ask({ type: 'local' }), ['local', null, null, 'ACTIVE']);
    assert.deepEqual(await ask({ type: 'local' }), ['local', null, null, 'ACTIVE']);
  },
  { settings },
);

apiTest(
  'refuses segments that there can’t be, and all that a member asks for',
  async (api) => {
    const ask = asker(api);
    const wrong: readonly Asked[] = [
      { physical: 'physnet1' },
      { id: 10 },
      { type: 'token-ring' },
      { type: 'local', id: 1 },
      { type: 'flat' },
      { type: 'flat', physical: 'physnet9' },
      { type: 'flat', physical: 'physnet1', id: 1 },
      { type: 'vlan', id: 10 },
      { type: 'vlan', physical: 'physnet9' },
      { type: 'vlan', physical: 'physnet1', id: 0 },
      { type: 'vlan', physical: 'physnet1', id: 4_095 },
      { type: 'vxlan', physical: 'physnet1' },
      { type: 'vxlan', id: 16_777_216 },
      { type: 'geneve', id: 65_536 },
    ];
    for (const each of wrong) assert.deepEqual(await ask(each), [400, 'InvalidInput'], JSON.stringify(each));
    assert.deepEqual(await asker(api, memberOf('blue'))({ type: 'geneve' }), [403, 'PolicyNotAuthorized']);
  },
  { settings },
);

apiTest('knows without settings no type but Geneve and local', async (api) => {
  const ask = asker(api);
  for (const type of ['vlan', 'vxlan', 'gre', 'flat']) assert.deepEqual(await ask({ type }), [400, 'InvalidInput']);
  assert.equal((await ask({ type: 'geneve' }))[0], 'geneve');
});

apiTest(
  'gives the segment of a network that goes, or moves to another VLAN, to others',
  async (api) => {
    const vlan = { 'provider:network_type': 'vlan', 'provider:physical_network': 'physnet1' };
    const network: Made = await api.create('networks', { ...vlan, 'provider:segmentation_id': 10 });
    const other: Made = await api.create('networks', { ...vlan, 'provider:segmentation_id': 20 });
    const change = async (id: string, body: Body) => {
      const answer = await api.call('PUT', `/v2.0/networks/${id}`, { body: { network: body } });
      return answer.status === 200 ? segmentOf(answer.json.network as Body) : [answer.status, errorType(answer)];
    };
    assert.deepEqual(await change(network.id, { 'provider:segmentation_id': 20 }), [409, 'VlanIdInUse']);
    assert.deepEqual(await change(network.id, { 'provider:segmentation_id': 21 }), ['vlan', 'physnet1', 21, 'DOWN']);
    assert.deepEqual(await change(other.id, { 'provider:segmentation_id': 10 }), ['vlan', 'physnet1', 10, 'DOWN']);
    assert.deepEqual(await change(other.id, { 'provider:physical_network': 'physnet2' }), [400, 'InvalidInput']);
    const geneve = await api.create('networks');
    assert.deepEqual(await change(geneve.id, { 'provider:segmentation_id': 9 }), [400, 'InvalidInput']);
    const { json } = await api.call(
      'GET',
      '/v2.0/networks?provider:physical_network=physnet1&provider:segmentation_id=10',
    );
    assert.deepEqual(
      (json.networks as Made[]).map(({ id }) => id),
      [other.id],
    );
    assert.equal((await api.call('DELETE', `/v2.0/networks/${other.id}`)).status, 204);
    assert.deepEqual(await asker(api)({ type: 'vlan', physical: 'physnet1', id: 10 }), [
      'vlan',
      'physnet1',
      10,
      'DOWN',
    ]);
  },
  { settings },
);
