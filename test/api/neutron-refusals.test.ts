import assert from 'node:assert/strict';
import { apiTest, type Body, errorType, type TestApi } from './harness.ts';

const prefix = { ip_version: 6, cidr: '2001:db8::/64' };

async function refusalOf(api: TestApi, collection: string, name: string, body: Body): Promise<unknown> {
  const answer = await api.call('POST', `/v2.0/${collection}`, { body: { [name]: body } });
  assert.equal(answer.status, 400, JSON.stringify(answer.json));
  return errorType(answer);
}

apiTest('refuses prefixes and versions that no subnet can have', async (api) => {
  const { id: network_id } = await api.create('networks');
  const refusal = (body: Body) => refusalOf(api, 'subnets', 'subnet', { network_id, ...prefix, ...body });
  assert.equal(await refusal({ cidr: '::/0' }), 'InvalidInput');
  assert.equal(await refusal({ ip_version: 4, cidr: '0.0.0.0/0' }), 'InvalidInput');
  for (const version of ['x', null, '', [], 6.5]) assert.equal(await refusal({ ip_version: version }), 'InvalidInput');
  for (const version of [5, '5']) assert.equal(await refusal({ ip_version: version }), 'HTTPBadRequest');
});

apiTest('refuses addresses where none can be had', async (api) => {
  const bare = await api.create('networks');
  const network = await api.create('networks');
  await api.create('subnets', { network_id: network.id, ...prefix });
  const refusal = (network_id: string, address: Body) =>
    refusalOf(api, 'ports', 'port', { network_id, fixed_ips: [address] });
  assert.equal(await refusal(bare.id, { ip_address: '2001:db8::5' }), 'InvalidInput');
  assert.equal(await refusal(network.id, { foo: 1 }), 'InvalidInput');
  assert.equal(await refusal(network.id, { ip_address: '2001:db9::5' }), 'InvalidIpForNetwork');
});

apiTest('refuses allowed address pairs without an address, by that name', async (api) => {
  const { id: network_id } = await api.create('networks');
  const refusal = (pair: unknown) => refusalOf(api, 'ports', 'port', { network_id, allowed_address_pairs: [pair] });
  const mac_address = 'fa:16:3e:00:00:01';
  for (const pair of [{}, { mac_address }, { foo: 1 }])
    assert.equal(await refusal(pair), 'AllowedAddressPairsMissingIP', JSON.stringify(pair));
  for (const pair of ['x', { ip_address: 'x' }, { mac_address: 'x' }, { ip_address: '2001:db8::1', foo: 1 }])
    assert.equal(await refusal(pair), 'HTTPBadRequest', JSON.stringify(pair));
});

apiTest('refuses service types that no device owner begins with', async (api) => {
  const { id: network_id } = await api.create('networks');
  const refusal = (types: unknown) =>
    refusalOf(api, 'subnets', 'subnet', { network_id, ...prefix, service_types: types });
  assert.equal(await refusal(['foo']), 'InvalidSubnetServiceType');
  assert.equal(await refusal(['compute:nova', 'nova']), 'InvalidSubnetServiceType');
  assert.equal(await refusal([1]), 'InvalidInputSubnetServiceType');
  assert.equal(await refusal('compute:nova'), 'HTTPBadRequest');
  const types = ['compute:nova', 'network:dhcp', 'compute:nova'];
  const subnet = await api.create('subnets', { network_id, ...prefix, service_types: types });
  assert.deepEqual(subnet.service_types, ['compute:nova', 'network:dhcp']);
});

apiTest('refuses tags that are none, before it looks for the thing', async (api) => {
  const { id } = await api.create('networks');
  const long = 'x'.repeat(256);
  for (const body of [{}, [], { tags: null }, { tags: 'x' }, { tags: [1] }, { tags: ['a', 'a'] }, { tags: [long] }])
    for (const network of [id, '11111111-1111-4111-8111-111111111111']) {
      const answer = await api.call('PUT', `/v2.0/networks/${network}/tags`, { body });
      assert.deepEqual([answer.status, errorType(answer)], [400, 'InvalidInput'], JSON.stringify(body));
    }
  assert.equal(errorType(await api.call('PUT', `/v2.0/networks/${id}/tags/${long}`)), 'InvalidInput');
});
