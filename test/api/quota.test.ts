import assert from 'node:assert/strict';
import { resources } from '../../src/resources/index.ts';
import { apiTest, type Body, errorType, memberOf, type TestApi } from './harness.ts';

const project = 'rome';
const member = memberOf(project);

async function setQuota(api: TestApi, quota: Body) {
  return await api.call('PUT', `/v2.0/quotas/${project}`, { body: { quota } });
}

async function used(api: TestApi, name: string): Promise<unknown> {
  const { json } = await api.call('GET', `/v2.0/quotas/${project}/details.json`, { headers: member });
  return (json.quota as Record<string, Body>)[name]?.used;
}

apiTest('limits what a project has, and shows its limits and what it uses', async (api) => {
  const counted = resources.flatMap(({ table }) => table.counted ?? []);
  const { json } = await api.call('GET', `/v2.0/quotas/${project}`, { headers: member });
  const ids = { tenant_id: project, project_id: project };
  assert.deepEqual(json.quota, { ...ids, ...Object.fromEntries(counted.map((name) => [name, -1])) });
  assert.deepEqual((await setQuota(api, { network: '1', subnet: 0 })).json.quota, {
    ...(json.quota as Body),
    network: 1,
    subnet: 0,
  });
  await api.create('networks', {}, member);
  const second = await api.call('POST', '/v2.0/networks', { body: { network: {} }, headers: member });
  assert.deepEqual(
    [second.status, second.json.NeutronError],
    [409, { type: 'OverQuota', message: "Quota exceeded for resources: ['network'].", detail: '' }],
  );
  assert.equal((await api.call('POST', '/v2.0/networks', { body: { network: {} } })).status, 201);
  const details = await api.call('GET', `/v2.0/quotas/${project}/details`, { headers: member });
  assert.deepEqual((details.json.quota as Body).network, { used: 1, limit: 1, reserved: 0 });
});

apiTest('lists the limits that differ from the default, until they are deleted', async (api) => {
  const path = `/v2.0/quotas/${project}`;
  const standard = (await api.call('GET', `${path}/default`, { headers: member })).json;
  assert.equal((await setQuota(api, { port: 3 })).status, 200);
  assert.equal((await setQuota(api, { router: 2 })).status, 200);
  const { json } = await api.call('GET', '/v2.0/quotas');
  assert.deepEqual(json.quotas, [{ ...(standard.quota as Body), port: 3, router: 2 }]);
  assert.equal((await api.call('DELETE', path)).status, 204);
  assert.deepEqual((await api.call('GET', path)).json, standard);
  const again = await api.call('DELETE', path);
  assert.deepEqual([again.status, errorType(again)], [404, 'TenantQuotaNotFound']);
});

apiTest('lets members see their own limits, and administrators set them', async (api) => {
  for (const [method, path, body] of [
    ['GET', '/v2.0/quotas', undefined],
    ['GET', '/v2.0/quotas/carthage', undefined],
    ['GET', '/v2.0/quotas/carthage/default', undefined],
    ['GET', '/v2.0/quotas/carthage/details', undefined],
    ['PUT', `/v2.0/quotas/${project}`, { quota: { port: -1 } }],
    ['DELETE', `/v2.0/quotas/${project}`, undefined],
  ] as const) {
    const answer = await api.call(method, path, { body, headers: member });
    assert.deepEqual([answer.status, errorType(answer)], [403, 'PolicyNotAuthorized'], `${method} ${path}`);
  }
});

apiTest('refuses limits that are none', async (api) => {
  for (const quota of [{ port: 'abc' }, { port: -2 }, { port: 2 ** 31 }, { planet: 9 }, { port: null }])
    assert.equal((await setQuota(api, quota)).status, 400, JSON.stringify(quota));
  assert.deepEqual((await api.call('GET', '/v2.0/quotas')).json.quotas, []);
});

apiTest('sets no limit below what is used, when it is asked to look', async (api) => {
  await api.create('networks', {}, member);
  const below = await setQuota(api, { network: 0, check_limit: true });
  assert.equal(below.status, 400);
  assert.match(JSON.stringify(below.json), /Quota limit 0 for network must be greater than or equal to already used 1/);
  assert.equal((await setQuota(api, { network: -1, port: 0, check_limit: true })).status, 200);
  assert.equal((await setQuota(api, { network: 0, force: true })).status, 200);
});

apiTest('counts what comes with a request, and what goes', async (api) => {
  await setQuota(api, { security_group_rule: 6 });
  const group = await api.create('security-groups', {}, member);
  assert.equal(await used(api, 'security_group_rule'), 6); // four of the default group, two of this one
  const refused = await api.call('POST', '/v2.0/security-groups', { body: { security_group: {} }, headers: member });
  assert.equal(errorType(refused), 'OverQuota');
  assert.equal(await used(api, 'security_group'), 2);
  await api.call('DELETE', `/v2.0/security-groups/${group.id}`, { headers: member });
  assert.deepEqual([await used(api, 'security_group'), await used(api, 'security_group_rule')], [1, 4]);
});

apiTest('creates all of a bulk or nothing, and takes what it counted back', async (api) => {
  const network = await api.create('networks', {}, member);
  await setQuota(api, { port: 300 });
  const ports = (count: number) => ({ ports: Array.from({ length: count }, () => ({ network_id: network.id })) });
  const refused = await api.call('POST', '/v2.0/ports', { body: ports(301), headers: member });
  assert.deepEqual([refused.status, errorType(refused), await used(api, 'port')], [409, 'OverQuota', 0]);
  const created = await api.call('POST', '/v2.0/ports', { body: ports(300), headers: member });
  assert.deepEqual([created.status, await used(api, 'port')], [201, 300]);
});

apiTest(
  'holds the limit against many requests at once',
  async (api) => {
    const network = await api.create('networks', {}, member);
    const body = { port: { network_id: network.id } };
    const requests = Array.from({ length: 40 }, () => api.call('POST', '/v2.0/ports', { body, headers: member }));
    const answers = await Promise.all(requests);
    const statuses = answers.map(({ status }) => status).toSorted();
    assert.deepEqual(statuses, [...Array(7).fill(201), ...Array(33).fill(409)]);
    assert.equal(await used(api, 'port'), 7);
  },
  { settings: { quotas: [{ resource: 'port', limit: 7 }] } },
);
