import assert from 'node:assert/strict';
import { apiTest, type Body, errorType } from './harness.ts';

apiTest('keeps the NUMA affinity policy of a port, and takes it away by null', async (api) => {
  const network = await api.create('networks');
  const port = await api.create('ports', { network_id: network.id, numa_affinity_policy: 'legacy' });
  const change = async (values: Body) => await api.call('PUT', `/v2.0/ports/${port.id}`, { body: { port: values } });
  const policyOf = ({ json }: Awaited<ReturnType<typeof change>>) => (json.port as Body).numa_affinity_policy;
  assert.equal(port.numa_affinity_policy, 'legacy');
  assert.equal(policyOf(await change({ name: 'other' })), 'legacy');
  assert.equal(errorType(await change({ numa_affinity_policy: 'nearby' })), 'HTTPBadRequest');
  assert.equal(policyOf(await change({ numa_affinity_policy: null })), null);
  assert.equal((await api.create('ports', { network_id: network.id })).numa_affinity_policy, null);
});
