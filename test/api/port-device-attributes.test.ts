import assert from 'node:assert/strict';
import { apiTest, type Body, errorType, memberOf } from './harness.ts';

const blue = memberOf('blue');

apiTest('keeps the data plane status that administrators set, and takes it away by null', async (api) => {
  const network = await api.create('networks', {}, blue);
  const port = await api.create('ports', { network_id: network.id }, blue);
  assert.equal(port.data_plane_status, null);
  const set = async (value: unknown, headers = {}) => {
    const body = { port: { data_plane_status: value } };
    const answer = await api.call('PUT', `/v2.0/ports/${port.id}`, { body, headers });
    return answer.status === 200 ? (answer.json.port as Body).data_plane_status : errorType(answer);
  };
  assert.equal(await set('DOWN', blue), 'PolicyNotAuthorized');
  assert.equal(await set('DOWN'), 'DOWN');
  assert.equal(await set('BROKEN'), 'HTTPBadRequest');
  assert.equal(await set(null), null);
  const body = { port: { network_id: network.id, data_plane_status: 'ACTIVE' } };
  assert.equal(errorType(await api.call('POST', '/v2.0/ports', { body })), 'HTTPBadRequest');
});

apiTest('keeps the device profile and the uplink propagation that a port was made with', async (api) => {
  const network = await api.create('networks', {}, blue);
  const made = (body: Body) => api.create('ports', { network_id: network.id, ...body }, blue);
  const plain = await made({});
  assert.deepEqual([plain.device_profile, plain.propagate_uplink_status], [null, true]);
  const given = await made({ device_profile: 'gpu', propagate_uplink_status: false });
  assert.deepEqual([given.device_profile, given.propagate_uplink_status], ['gpu', false]);
  for (const change of [{ device_profile: 'other' }, { propagate_uplink_status: true }]) {
    const answer = await api.call('PUT', `/v2.0/ports/${given.id}`, { body: { port: change }, headers: blue });
    assert.equal(errorType(answer), 'HTTPBadRequest');
  }
});
