import assert from 'node:assert/strict';
import { apiTest, type Body, errorType, memberOf, type TestApi } from './harness.ts';

const blue = memberOf('blue');
const red = memberOf('red');

/** Asks for a rule as blue; answers with the rule, or with the status and the type of the refusal. */
function ruleMaker(api: TestApi, groupId: string) {
  return async (body: Body, headers = blue): Promise<Body | readonly unknown[]> => {
    const rule = { security_group_id: groupId, direction: 'ingress', ...body };
    const answer = await api.call('POST', '/v2.0/security-group-rules', {
      body: { security_group_rule: rule },
      headers,
    });
    return answer.status === 201 ? (answer.json.security_group_rule as Body) : [answer.status, errorType(answer)];
  };
}

async function ruleCount(api: TestApi, groupId: string): Promise<number> {
  const { json } = await api.call('GET', `/v2.0/security-group-rules?security_group_id=${groupId}`, { headers: blue });
  return (json.security_group_rules as Body[]).length;
}

apiTest('shows a rule as it was asked for, with its prefix normalized besides', async (api) => {
  const group = await api.create('security-groups', {}, blue);
  const make = ruleMaker(api, group.id);
  const wanted = {
    ethertype: 'ipv6',
    protocol: 'TCP',
    port_range_min: '22',
    port_range_max: 23,
    remote_ip_prefix: '2001:DB8::1/64',
    description: 'ssh',
  };
  const { id, created_at: createdAt, updated_at: updatedAt, ...rest } = (await make(wanted)) as Body;
  assert.equal(typeof id, 'string');
  assert.equal(createdAt, updatedAt);
  assert.deepEqual(rest, {
    tenant_id: 'blue',
    project_id: 'blue',
    security_group_id: group.id,
    direction: 'ingress',
    ethertype: 'IPv6',
    protocol: 'tcp',
    port_range_min: 22,
    port_range_max: 23,
    remote_group_id: null,
    remote_ip_prefix: '2001:db8::1/64',
    normalized_cidr: '2001:db8::/64',
    remote_address_group_id: null,
    description: 'ssh',
    tags: [],
    revision_number: 1,
  });
  assert.equal(((await make({ remote_ip_prefix: '192.0.2.1' })) as Body).remote_ip_prefix, '192.0.2.1/32');
});

apiTest('takes every protocol by name and by number, and refuses what is none', async (api) => {
  const group = await api.create('security-groups', {}, blue);
  const make = ruleMaker(api, group.id);
  for (const protocol of ['ah', 'esp', 'gre', 'hopopt', 'ipv6-route', 'vrrp', '136', 254, 255]) {
    const { protocol: shown } = (await make({ ethertype: 'IPv6', protocol })) as Body;
    assert.equal(shown, String(protocol));
  }
  assert.equal(((await make({ ethertype: 'IPv4', protocol: 'any' })) as Body).protocol, null);
  for (const protocol of ['carrier-pigeon', 256, -1, 6.5, '0x6', true, {}])
    assert.deepEqual(await make({ protocol }), [400, 'SecurityGroupRuleInvalidProtocol'], JSON.stringify(protocol));
});

const refused: readonly (readonly [Body, number, string])[] = [
  [{ direction: 'sideways' }, 400, 'HTTPBadRequest'],
  [{ ethertype: 'IPX' }, 400, 'SecurityGroupRuleInvalidEtherType'],
  [{ port_range_min: 80, port_range_max: 80 }, 400, 'SecurityGroupProtocolRequiredWithPorts'],
  [{ protocol: 'esp', port_range_min: 80, port_range_max: 80 }, 400, 'SecurityGroupInvalidProtocolForPort'],
  [{ protocol: 'tcp', port_range_min: 81, port_range_max: 80 }, 400, 'SecurityGroupInvalidPortRange'],
  [{ protocol: 'tcp', port_range_min: 1, port_range_max: 65_536 }, 400, 'SecurityGroupInvalidPortValue'],
  [{ protocol: 'tcp', port_range_min: 'ssh', port_range_max: 22 }, 400, 'SecurityGroupInvalidPortValue'],
  [{ protocol: 'icmp', port_range_max: 0 }, 400, 'SecurityGroupMissingIcmpType'],
  [{ protocol: 'icmp', port_range_min: 256 }, 400, 'SecurityGroupInvalidIcmpValue'],
  [{ ethertype: 'IPv6', remote_ip_prefix: '192.0.2.0/24' }, 400, 'SecurityGroupRuleParameterConflict'],
  [{ ethertype: 'IPv4', protocol: 'ipv6-icmp' }, 400, 'SecurityGroupEthertypeConflictWithProtocol'],
  [{ remote_ip_prefix: 'everywhere' }, 400, 'InvalidCIDR'],
  [{ remote_group_id: 'web' }, 404, 'SecurityGroupNotFound'],
  [{ remote_group_id: crypto.randomUUID() }, 404, 'SecurityGroupNotFound'],
  [{ remote_address_group_id: crypto.randomUUID() }, 404, 'AddressGroupNotFound'],
  [{ security_group_id: crypto.randomUUID() }, 404, 'SecurityGroupNotFound'],
];

apiTest('refuses what makes no sense as Neutron does, and leaves the group as it was', async (api) => {
  const group = await api.create('security-groups', {}, blue);
  const make = ruleMaker(api, group.id);
  for (const [body, status, type] of refused) assert.deepEqual(await make(body), [status, type], JSON.stringify(body));
  const foreign = await api.create('security-groups', {}, red);
  assert.deepEqual(await make({ remote_group_id: foreign.id }), [404, 'SecurityGroupNotFound']);
  assert.deepEqual(await make({}, red), [404, 'SecurityGroupNotFound']);
  const remotes = { remote_group_id: group.id, remote_ip_prefix: '192.0.2.0/24' };
  assert.deepEqual(await make(remotes), [400, 'SecurityGroupMultipleRemoteEntites']);
  assert.equal(await ruleCount(api, group.id), 2);
});

apiTest('refuses the same rule a second time, however it is spelled', async (api) => {
  const group = await api.create('security-groups', {}, blue);
  const make = ruleMaker(api, group.id);
  const { id } = (await make({ ethertype: 'IPv6', protocol: 'icmp' })) as Body;
  for (const protocol of ['icmp', 'icmpv6', 'ipv6-icmp', 1, 58])
    assert.deepEqual(await make({ ethertype: 'IPv6', protocol }), [409, 'SecurityGroupRuleExists']);
  const { direction } = (await make({ direction: 'egress', ethertype: 'IPv6', protocol: 'icmp' })) as Body;
  assert.equal(direction, 'egress');
  assert.equal((await api.call('DELETE', `/v2.0/security-group-rules/${id}`, { headers: blue })).status, 204);
  assert.equal(((await make({ ethertype: 'IPv6', protocol: 58 })) as Body).protocol, '58');
});

apiTest('never changes a rule', async (api) => {
  const group = await api.create('security-groups', {}, blue);
  const { id } = (await ruleMaker(api, group.id)({})) as Body;
  const body = { security_group_rule: { description: 'other' } };
  const answer = await api.call('PUT', `/v2.0/security-group-rules/${id}`, { body, headers: blue });
  assert.equal(answer.status, 405);
});

apiTest('adds several rules to one group at once, or none', async (api) => {
  const [group, other] = [await api.create('security-groups', {}, blue), await api.create('security-groups', {}, blue)];
  const rule = (port: number, groupId = group.id) => ({
    security_group_id: groupId,
    direction: 'ingress',
    ethertype: 'IPv6',
    protocol: 'tcp',
    port_range_min: port,
    port_range_max: port,
  });
  const post = async (rules: readonly Body[]) => {
    const answer = await api.call('POST', '/v2.0/security-group-rules', {
      body: { security_group_rules: rules },
      headers: blue,
    });
    return [answer.status, errorType(answer)];
  };
  assert.deepEqual(await post([rule(1), rule(2)]), [201, undefined]);
  assert.deepEqual(await post([rule(3), rule(2)]), [409, 'SecurityGroupRuleExists']);
  assert.deepEqual(await post([rule(4), rule(4)]), [409, 'DuplicateSecurityGroupRuleInPost']);
  assert.deepEqual(await post([rule(5), rule(6, other.id)]), [400, 'SecurityGroupNotSingleGroupRules']);
  const many = Array.from({ length: 10_000 }, (_, index) => rule(index + 1));
  assert.deepEqual(await post(many), [400, 'HTTPBadRequest']);
  assert.equal(await ruleCount(api, group.id), 4);
});

apiTest('keeps an address group while a rule names it', async (api) => {
  const [group, peers] = [await api.create('security-groups', {}, blue), await api.create('address-groups', {}, blue)];
  const { id } = (await ruleMaker(api, group.id)({ remote_address_group_id: peers.id })) as Body;
  const remove = async () => {
    const answer = await api.call('DELETE', `/v2.0/address-groups/${peers.id}`, { headers: blue });
    return [answer.status, errorType(answer)];
  };
  assert.deepEqual(await remove(), [409, 'AddressGroupInUse']);
  await api.call('DELETE', `/v2.0/security-group-rules/${id}`, { headers: blue });
  assert.deepEqual(await remove(), [204, undefined]);
});

apiTest('finds rules by ethertype and prefix in whichever spelling', async (api) => {
  const group = await api.create('security-groups', {}, blue);
  const rule = (await ruleMaker(api, group.id)({ ethertype: 'IPv6', remote_ip_prefix: '2001:db8::5/64' })) as Body;
  for (const query of [
    'remote_ip_prefix=2001:DB8:0::5/64',
    'normalized_cidr=2001:db8:0::/64',
    `ethertype=ipv6&security_group_id=${group.id}&direction=ingress`,
  ]) {
    const { json } = await api.call('GET', `/v2.0/security-group-rules?${query}`, { headers: blue });
    assert.deepEqual(
      (json.security_group_rules as readonly Body[]).map(({ id }) => id),
      [rule.id],
      query,
    );
  }
});
