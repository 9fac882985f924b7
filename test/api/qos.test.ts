import assert from 'node:assert/strict';
import { apiTest, type Body, errorType, memberOf, type TestApi } from './harness.ts';

const blue = memberOf('blue');

/** Makes a policy as an administrator does, for a project. */
async function makePolicy(api: TestApi, given: Body = {}): Promise<Body & { readonly id: string }> {
  const body = { policy: { project_id: 'blue', ...given } };
  const { status, json } = await api.call('POST', '/v2.0/qos/policies', { body });
  assert.equal(status, 201, JSON.stringify(json));
  return json.policy as Body & { readonly id: string };
}

/** Makes a rule of a type; answers the rule, or the refusal. */
async function makeRule(api: TestApi, policyId: string, type: string, values: Body) {
  const path = `/v2.0/qos/policies/${policyId}/${type}_rules`;
  const answer = await api.call('POST', path, { body: { [`${type}_rule`]: values } });
  return answer.status === 201 ? (answer.json[`${type}_rule`] as Body & { readonly id: string }) : errorType(answer);
}

apiTest('shows a policy with its rules, and each rule below it and by its alias', async (api) => {
  const policy = await makePolicy(api, { name: 'gold', description: 'first' });
  assert.deepEqual([policy.name, policy.rules, policy.is_default, policy.shared], ['gold', [], false, false]);
  const limit = await makeRule(api, policy.id, 'bandwidth_limit', { max_kbps: '1000' });
  const { id } = limit as Body & { readonly id: string };
  assert.deepEqual(limit, { id, max_kbps: 1000, max_burst_kbps: 0, direction: 'egress' });
  const shown = await api.call('GET', `/v2.0/qos/policies/${policy.id}`, { headers: blue });
  const rules = (shown.json.policy as Body).rules;
  assert.deepEqual(rules, [{ ...(limit as Body), qos_policy_id: policy.id, type: 'bandwidth_limit' }]);
  const alias = `/v2.0/qos/alias-bandwidth-limit-rules/${id}`;
  const body = { alias_bandwidth_limit_rule: { max_kbps: 500, direction: 'ingress' } };
  const changed = await api.call('PUT', alias, { body });
  assert.deepEqual(changed.json.alias_bandwidth_limit_rule, {
    id,
    max_kbps: 500,
    max_burst_kbps: 0,
    direction: 'ingress',
  });
  const below = `/v2.0/qos/policies/${policy.id}/bandwidth_limit_rules`;
  const listed = await api.call('GET', `${below}?max_kbps=500`, { headers: blue });
  assert.deepEqual(listed.json.bandwidth_limit_rules, [changed.json.alias_bandwidth_limit_rule]);
  assert.equal((await api.call('DELETE', alias)).status, 204);
  assert.equal(errorType(await api.call('GET', `${below}/${id}`)), 'QosRuleNotFound');
  assert.equal(errorType(await api.call('GET', alias)), 'QosRuleNotFound');
});

apiTest('refuses rules that contradict others, and values that are none', async (api) => {
  const { id } = await makePolicy(api);
  const rule = (type: string, values: Body) => makeRule(api, id, type, values);
  await rule('bandwidth_limit', { max_kbps: 1000 });
  assert.equal(await rule('bandwidth_limit', { max_kbps: 2000 }), 'QoSRulesConflict');
  assert.equal(await rule('minimum_bandwidth', { min_kbps: 1001 }), 'QoSRuleParameterConflict');
  assert.equal(typeof (await rule('minimum_bandwidth', { min_kbps: 1000, direction: 'ingress' })), 'object');
  assert.equal(await rule('bandwidth_limit', { max_kbps: 999, direction: 'ingress' }), 'QoSRuleParameterConflict');
  await rule('minimum_packet_rate', { min_kpps: 1, direction: 'any' });
  assert.equal(await rule('minimum_packet_rate', { min_kpps: 1 }), 'QoSRuleParameterConflict');
  await rule('dscp_marking', { dscp_mark: 46 });
  assert.equal(await rule('dscp_marking', { dscp_mark: 8 }), 'QoSRulesConflict');
  for (const mark of [1, 64, -8, 'gold', null])
    assert.match(String(await rule('dscp_marking', { dscp_mark: mark })), /^(HTTPBadRequest|InvalidInput)$/, `${mark}`);
  assert.equal(await rule('bandwidth_limit', { direction: 'ingress' }), 'HTTPBadRequest');
  assert.equal(await makeRule(api, 'nothing', 'dscp_marking', { dscp_mark: 8 }), 'QosPolicyNotFound');
});

apiTest('has one default policy for each project, which its new networks get', async (api) => {
  const policy = await makePolicy(api, { is_default: true });
  const again = await api.call('POST', '/v2.0/qos/policies', {
    body: { policy: { project_id: 'blue', is_default: true } },
  });
  assert.equal(errorType(again), 'QoSPolicyDefaultAlreadyExists');
  await makePolicy(api, { project_id: 'red', is_default: true });
  const network = await api.create('networks', {}, blue);
  assert.equal(network.qos_policy_id, policy.id);
  const port = await api.create('ports', { network_id: network.id }, blue);
  assert.deepEqual([port.qos_policy_id, port.qos_network_policy_id], [null, policy.id]);
  const refused = await api.call('DELETE', `/v2.0/qos/policies/${policy.id}`);
  assert.equal(errorType(refused), 'QosPolicyInUse');
  const put = { network: { qos_policy_id: null } };
  await api.call('PUT', `/v2.0/networks/${network.id}`, { body: put, headers: blue });
  assert.equal((await api.call('DELETE', `/v2.0/qos/policies/${policy.id}`)).status, 204);
  assert.equal((await api.create('networks', {}, blue)).qos_policy_id, null);
});

apiTest('gives ports the policies that their project may use, and lets nobody else take them away', async (api) => {
  const foreign = await makePolicy(api, { project_id: 'red' });
  const own = await makePolicy(api);
  const network = await api.create('networks', {}, blue);
  const port = await api.create('ports', { network_id: network.id, qos_policy_id: own.id }, blue);
  const change = async (policyId: string | null, headers: Readonly<Record<string, string>> = blue) => {
    const body = { port: { qos_policy_id: policyId } };
    const answer = await api.call('PUT', `/v2.0/ports/${port.id}`, { body, headers });
    return answer.status === 200 ? (answer.json.port as Body).qos_policy_id : errorType(answer);
  };
  assert.equal(await change(foreign.id), 'QosPolicyNotFound');
  assert.equal(await change(foreign.id, {}), foreign.id);
  assert.equal(await change(null), 'PolicyRemoveAuthorizationError');
  const share = { object_type: 'qos_policy', object_id: foreign.id, target_tenant: 'blue', action: 'access_as_shared' };
  const { id } = await api.create('rbac-policies', share);
  assert.equal(errorType(await api.call('DELETE', `/v2.0/rbac-policies/${id}`)), 'RbacPolicyInUse');
  assert.equal(await change(null), null);
  const listed = await api.call('GET', `/v2.0/ports?qos_policy_id=${own.id}`, { headers: blue });
  assert.deepEqual(listed.json.ports, []);
});

apiTest('takes no rule that nothing enforces onto a port or a network', async (api) => {
  const policy = await makePolicy(api);
  const network = await api.create('networks', { qos_policy_id: policy.id }, blue);
  assert.equal(await makeRule(api, policy.id, 'packet_rate_limit', { max_kpps: 1 }), 'QosRuleNotSupportedByNetwork');
  const fast = await makePolicy(api);
  await makeRule(api, fast.id, 'packet_rate_limit', { max_kpps: 1 });
  const body = { port: { network_id: network.id, qos_policy_id: fast.id } };
  assert.equal(errorType(await api.call('POST', '/v2.0/ports', { body, headers: blue })), 'QosRuleNotSupported');
  const types = async (query: string) =>
    ((await api.call('GET', `/v2.0/qos/rule-types${query}`, { headers: blue })).json.rule_types as Body[]).map(
      ({ type }) => type,
    );
  assert.deepEqual(await types(''), ['bandwidth_limit', 'dscp_marking', 'minimum_bandwidth']);
  assert.equal((await types('?all_rules=true')).length, 5);
  const { json } = await api.call('GET', '/v2.0/qos/rule-types/dscp_marking');
  const [driver] = (json.rule_type as { readonly drivers: readonly Body[] }).drivers;
  assert.match(JSON.stringify(driver), /"parameter_name":"dscp_mark","parameter_type":"choices"/);
});

apiTest('has the ports of a policy, and of a network, looked at again by sixteen keys', async (api) => {
  const policy = await makePolicy(api);
  const kinds = async () => {
    const keys = await api.store.outbox.takeDirty(0);
    await api.store.outbox.acknowledge(keys);
    return Map.groupBy(keys, ({ kind }) => kind);
  };
  await makeRule(api, policy.id, 'dscp_marking', { dscp_mark: 46 });
  assert.equal((await kinds()).get('qos-policy-ports')?.length, 16);
  const network = await api.create('networks', {}, blue);
  assert.equal((await kinds()).has('network-ports'), false);
  const body = { network: { qos_policy_id: policy.id } };
  await api.call('PUT', `/v2.0/networks/${network.id}`, { body, headers: blue });
  assert.equal((await kinds()).get('network-ports')?.length, 16);
});
