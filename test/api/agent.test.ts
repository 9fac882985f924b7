import assert from 'node:assert/strict';
import { apiTest, type Body, beatAgent, errorType, memberOf } from './harness.ts';

apiTest('shows agents with their pulse, to administrators', async (api) => {
  const silent = await beatAgent(api, 'h1', '2026-01-01T00:00:00Z');
  const alive = await beatAgent(api, 'h2', new Date().toISOString());
  const { json } = await api.call('GET', '/v2.0/agents?sort_key=host&sort_dir=asc&fields=id&fields=host&fields=alive');
  assert.deepEqual(json.agents, [
    { id: silent, host: 'h1', alive: false },
    { id: alive, host: 'h2', alive: true },
  ]);
  const headers = memberOf('blue');
  const none = await api.call('GET', '/v2.0/agents', { headers });
  assert.deepEqual([none.status, none.json], [200, { agents: [] }]);
  assert.equal(errorType(await api.call('GET', `/v2.0/agents/${alive}`, { headers })), 'AgentNotFound');
  const body = { agent: { admin_state_up: false } };
  assert.equal((await api.call('PUT', `/v2.0/agents/${alive}`, { headers, body })).status, 403);
});

apiTest('takes an agent out of service, and changes nothing else of it', async (api) => {
  const id = await beatAgent(api, 'h1', '2026-01-01T00:00:00Z');
  const put = (agent: Body) => api.call('PUT', `/v2.0/agents/${id}`, { body: { agent } });
  const { json } = await put({ admin_state_up: false, description: 'under repair' });
  assert.deepEqual((json.agent as Body).admin_state_up, false);
  assert.equal(errorType(await put({ host: 'h2' })), 'HTTPBadRequest');
  assert.equal((await api.call('POST', '/v2.0/agents', { body: { agent: {} } })).status, 405);
  assert.equal((await api.call('DELETE', `/v2.0/agents/${id}`)).status, 204);
  assert.equal(errorType(await api.call('GET', `/v2.0/agents/${id}`)), 'AgentNotFound');
});
