import assert from 'node:assert/strict';
import { apiTest, type Body, errorType, type Made, memberOf, type TestApi } from './harness.ts';

const blue = memberOf('blue');
const red = memberOf('red');
const admin = { 'x-project-id': 'cloud', 'x-roles': 'admin' };

interface Group extends Made {
  readonly security_group_rules: readonly Body[];
}

async function groupsOf(api: TestApi, headers = blue, query = ''): Promise<readonly Group[]> {
  const { json } = await api.call('GET', `/v2.0/security-groups${query}`, { headers });
  return json.security_groups as readonly Group[];
}

function sentence({ direction, ethertype, remote_group_id: group }: Body): string {
  return `${direction} ${ethertype} ${group ?? 'any'}`;
}

apiTest('gives each project a default group with its first look at its groups', async (api) => {
  const [group, ...others] = await groupsOf(api);
  assert.ok(group);
  assert.deepEqual(others, []);
  assert.deepEqual([group.name, group.description, group.stateful], ['default', 'Default security group', true]);
  const egress = ['egress IPv4 any', 'egress IPv6 any'];
  const own = [`ingress IPv4 ${group.id}`, `ingress IPv6 ${group.id}`];
  assert.deepEqual(group.security_group_rules.map(sentence).sort(), [...egress, ...own]);
  assert.notEqual((await groupsOf(api, red))[0]?.id, group.id);
  assert.equal((await groupsOf(api, admin, '?project_id=green'))[0]?.project_id, 'green');
});

apiTest('makes one default group also when many requests need it first', async (api) => {
  const requests = Array.from({ length: 20 }, (_, index) => {
    if (index % 2 === 0) return groupsOf(api);
    return api.call('POST', '/v2.0/networks', { body: { network: {} }, headers: blue });
  });
  await Promise.all(requests);
  assert.equal((await groupsOf(api)).length, 1);
});

apiTest('puts ports into the groups that they ask for, or into the default one', async (api) => {
  const network = await api.create('networks', {}, blue);
  const [byDefault] = await groupsOf(api);
  const group = await api.create('security-groups', { name: 'web' }, blue);
  const made = async (body: Body) => {
    const port = await api.create('ports', { network_id: network.id, ...body }, blue);
    return port.security_groups;
  };
  assert.deepEqual(await made({}), [byDefault?.id]);
  assert.deepEqual(await made({ security_groups: [] }), []);
  assert.deepEqual(await made({ security_groups: null }), [byDefault?.id]);
  assert.deepEqual(await made({ security_groups: [group.id] }), [group.id]);
  assert.deepEqual(await made({ port_security_enabled: false }), []);
  const ports = await api.call('GET', `/v2.0/ports?security_groups=${group.id}`, { headers: blue });
  assert.equal((ports.json.ports as Body[]).length, 1);
  const dhcp = { network_id: network.id, device_owner: 'network:dhcp', project_id: 'blue' };
  assert.deepEqual((await api.create('ports', dhcp, admin)).security_groups, []);
});

apiTest('gives the ports of two bulks at once, the first that a project asks for, one default group', async (api) => {
  const network = await api.create('networks', { shared: true }, admin);
  const ports = Array.from({ length: 40 }, () => ({ network_id: network.id }));
  const makeAll = () => api.call('POST', '/v2.0/ports', { body: { ports }, headers: blue });
  const answers = await Promise.all([makeAll(), makeAll()]);
  const made = answers.flatMap(({ json }) => json.ports as Body[]);
  const used = new Set(made.map(({ security_groups: groups }) => String(groups)));
  assert.deepEqual([made.length, [...used]], [80, (await groupsOf(api)).map(({ id }) => id)]);
});

apiTest('changes the groups of a port, but not to what its owner has not', async (api) => {
  const network = await api.create('networks', {}, blue);
  const port = await api.create('ports', { network_id: network.id }, blue);
  const [own, foreign] = [await api.create('security-groups', {}, blue), await api.create('security-groups', {}, red)];
  const change = async (body: Body) => {
    const answer = await api.call('PUT', `/v2.0/ports/${port.id}`, { body: { port: body }, headers: blue });
    return answer.status === 200 ? (answer.json.port as Body).security_groups : [answer.status, errorType(answer)];
  };
  assert.deepEqual(await change({ security_groups: [own.id] }), [own.id]);
  assert.deepEqual(await change({ name: 'renamed' }), [own.id]);
  assert.deepEqual(await change({ security_groups: [foreign.id] }), [404, 'SecurityGroupNotFound']);
  assert.deepEqual(await change({ security_groups: [crypto.randomUUID()] }), [404, 'SecurityGroupNotFound']);
  assert.deepEqual(await change({ security_groups: ['web'] }), [400, 'HTTPBadRequest']);
  assert.deepEqual(await change({ security_groups: [own.id, own.id] }), [400, 'HTTPBadRequest']);
  assert.deepEqual(await change({ port_security_enabled: false }), [409, 'PortSecurityPortHasSecurityGroup']);
  const open = { port_security_enabled: false, security_groups: [own.id] };
  assert.deepEqual(await change(open), [400, 'PortSecurityAndIPRequiredForSecurityGroups']);
  const stateless = await api.create('security-groups', { stateful: false }, blue);
  assert.deepEqual(await change({ security_groups: [own.id, stateless.id] }), [409, 'SecurityGroupConflict']);
  const shown = await api.call('GET', `/v2.0/ports/${port.id}`, { headers: blue });
  assert.deepEqual((shown.json.port as Body).security_groups, [own.id], 'what was refused changed nothing');
  assert.deepEqual(await change({ port_security_enabled: false, security_groups: [] }), []);
});

apiTest('keeps a group while a port is in it, and the default one from all but administrators', async (api) => {
  const network = await api.create('networks', {}, blue);
  const group = await api.create('security-groups', {}, blue);
  const port = await api.create('ports', { network_id: network.id, security_groups: [group.id] }, blue);
  const path = `/v2.0/security-groups/${group.id}`;
  const attempt = async (method: string, where: string, body?: Body, headers = blue) => {
    const answer = await api.call(method, where, { headers, ...(body && { body: { security_group: body } }) });
    return [answer.status, errorType(answer)];
  };
  assert.deepEqual(await attempt('DELETE', path), [409, 'SecurityGroupInUse']);
  assert.deepEqual(await attempt('PUT', path, { stateful: false }), [409, 'SecurityGroupInUse']);
  assert.deepEqual(await attempt('PUT', path, { stateful: true, name: 'same' }), [200, undefined]);
  const byDefault = `/v2.0/security-groups/${(await groupsOf(api, blue, '?name=default'))[0]?.id}`;
  assert.deepEqual(await attempt('DELETE', byDefault), [409, 'SecurityGroupCannotRemoveDefault']);
  assert.deepEqual(await attempt('PUT', byDefault, { name: 'other' }), [409, 'SecurityGroupCannotUpdateDefault']);
  assert.deepEqual(await attempt('PUT', byDefault, { description: 'ours' }), [200, undefined]);
  for (const name of ['default', 'Default'])
    assert.deepEqual(await attempt('POST', '/v2.0/security-groups', { name }), [
      409,
      'SecurityGroupDefaultAlreadyExists',
    ]);
  assert.equal((await api.call('DELETE', `/v2.0/ports/${port.id}`, { headers: blue })).status, 204);
  assert.deepEqual(await attempt('DELETE', path), [204, undefined]);
  assert.deepEqual(await attempt('DELETE', byDefault, undefined, admin), [204, undefined]);
});

apiTest('takes the rules of a group, and those that admit its ports elsewhere, away with it', async (api) => {
  const [group, other] = [await api.create('security-groups', {}, blue), await api.create('security-groups', {}, blue)];
  const rule = { security_group_id: other.id, direction: 'ingress', remote_group_id: group.id };
  const admitting = await api.create('security-group-rules', rule, blue);
  assert.equal((await api.call('DELETE', `/v2.0/security-groups/${group.id}`, { headers: blue })).status, 204);
  const { json } = await api.call('GET', `/v2.0/security-groups/${other.id}`, { headers: blue });
  const left = json.security_group as Group;
  assert.deepEqual(left.security_group_rules.map(sentence).sort(), ['egress IPv4 any', 'egress IPv6 any']);
  assert.equal(left.revision_number, 3, 'a rule came and went');
  const gone = await api.call('GET', `/v2.0/security-group-rules/${admitting.id}`, { headers: blue });
  assert.deepEqual([gone.status, errorType(gone)], [404, 'SecurityGroupRuleNotFound']);
});
