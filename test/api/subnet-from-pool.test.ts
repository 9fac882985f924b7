import assert from 'node:assert/strict';
import { apiTest, type Body, errorType, type Made, memberOf, type TestApi } from './harness.ts';

const blue = memberOf('blue');
const red = memberOf('red');

/** Creates subnets of one pool, each on a network of its own unless the body names one. Answers the prefix, or the refusal. */
function taker(api: TestApi, poolId: string | undefined, headers = blue) {
  return async (body: Body = {}): Promise<unknown> => {
    const network = body.network_id ?? (await api.create('networks', {}, headers)).id;
    const pool = poolId === undefined ? {} : { subnetpool_id: poolId };
    const subnet = { network_id: network, ip_version: 6, ...pool, ...body };
    const { status, json } = await api.call('POST', '/v2.0/subnets', { body: { subnet }, headers });
    if (status === 201) return (json.subnet as Body).cidr;
    return [status, (json.NeutronError as Body).type];
  };
}

function aPool(api: TestApi, body: Body = {}, headers = blue): Promise<Made> {
  return api.create('subnetpools', { name: 'p', prefixes: ['2001:db8::/48'], ...body }, headers);
}

apiTest('takes the smallest block that fits, from its beginning, and gives prefixes back', async (api) => {
  const take = taker(api, (await aPool(api, { min_prefixlen: 56 })).id);
  assert.equal(await take(), '2001:db8::/56');
  assert.equal(await take({ prefixlen: 64 }), '2001:db8:0:100::/64');
  assert.equal(await take({ prefixlen: 60 }), '2001:db8:0:110::/60');
  assert.equal(await take({ cidr: '2001:db8:0:ff00::/64' }), '2001:db8:0:ff00::/64');
  // As Neutron: 101::/64 and ff01::/64 are the smallest blocks, and the lower one is first.
  assert.equal(await take({ prefixlen: 64 }), '2001:db8:0:101::/64');
  assert.equal(await take({ prefixlen: 64 }), '2001:db8:0:ff01::/64');
  assert.deepEqual(await take({ cidr: '2001:db8:0:110::/64' }), [500, 'SubnetAllocationError']);
  const { json } = await api.call('GET', '/v2.0/subnets?cidr=2001:db8:0:110::/60', { headers: blue });
  const [subnet] = json.subnets as readonly Made[];
  assert.equal((await api.call('DELETE', `/v2.0/subnets/${subnet?.id}`, { headers: blue })).status, 204);
  assert.equal(await take({ cidr: '2001:db8:0:110::/64' }), '2001:db8:0:110::/64');
});

apiTest('refuses lengths outside of the bounds, and any when the pool is used up', async (api) => {
  const body = { prefixes: ['10.0.0.0/24'], min_prefixlen: 25, max_prefixlen: 28, default_prefixlen: 26 };
  const take = taker(api, (await aPool(api, body)).id);
  const four = { ip_version: 4 };
  assert.deepEqual(await take({ ...four, prefixlen: 24 }), [400, 'MinPrefixSubnetAllocationError']);
  assert.deepEqual(await take({ ...four, prefixlen: 29 }), [400, 'MaxPrefixSubnetAllocationError']);
  assert.deepEqual(await take({ ...four, prefixlen: 999 }), [400, 'MaxPrefixSubnetAllocationError']);
  assert.deepEqual(await take({ ...four, cidr: '10.0.0.0/24' }), [400, 'MinPrefixSubnetAllocationError']);
  assert.deepEqual(await take(), [400, 'BadRequest']);
  const taken = [await take(four), await take(four), await take(four)];
  assert.deepEqual(taken, ['10.0.0.0/26', '10.0.0.64/26', '10.0.0.128/26']);
  assert.deepEqual(await take({ ...four, prefixlen: 25 }), [500, 'SubnetAllocationError']);
  assert.equal(await take(four), '10.0.0.192/26');
  assert.deepEqual(await take(four), [500, 'SubnetAllocationError']);
});

apiTest('takes the prefix of a gateway, and a gateway of the prefix', async (api) => {
  const pool = await aPool(api);
  const make = async (body: Body) => {
    const network = await api.create('networks', {}, blue);
    const subnet = { network_id: network.id, ip_version: 6, subnetpool_id: pool.id, ...body };
    const { cidr, gateway_ip: gateway } = await api.create('subnets', subnet, blue);
    return [cidr, gateway];
  };
  assert.deepEqual(await make({}), ['2001:db8::/64', '2001:db8::1']);
  assert.deepEqual(await make({ cidr: '2001:db8:0:5::/64' }), ['2001:db8:0:5::/64', '2001:db8:0:5::']);
  assert.deepEqual(await make({ gateway_ip: '2001:db8:0:7::9' }), ['2001:db8:0:7::/64', '2001:db8:0:7::9']);
  assert.deepEqual(await make({ gateway_ip: null }), ['2001:db8:0:1::/64', null]);
  const take = taker(api, pool.id);
  assert.deepEqual(await take({ gateway_ip: '2001:db8:0:7::1' }), [500, 'SubnetAllocationError']);
  const pools = [{ start: '2001:db8:0:2::2', end: '2001:db8:0:2::9' }];
  assert.deepEqual(await take({ allocation_pools: pools }), [400, 'BadRequest']);
});

apiTest('takes from the default pool of the family that the caller sees', async (api) => {
  const take = taker(api, undefined);
  const usual = { use_default_subnetpool: true };
  assert.deepEqual(await take(usual), [400, 'BadRequest']);
  const { id } = await api.create('subnetpools', { name: 'd', prefixes: ['2001:db8:d::/48'], is_default: true });
  assert.deepEqual(await take(usual), [400, 'BadRequest']);
  await api.create('rbac-policies', {
    object_type: 'subnetpool',
    object_id: id,
    target_tenant: 'blue',
    action: 'access_as_shared',
  });
  assert.equal(await take(usual), '2001:db8:d::/64');
  assert.deepEqual(await take({ ...usual, ip_version: 4 }), [400, 'BadRequest']);
  assert.deepEqual(await take({ ...usual, subnetpool_id: id }), [400, 'BadRequest']);
  assert.deepEqual(await take({ cidr: '2001:db8::/64', prefixlen: 64 }), [400, 'BadRequest']);
  assert.deepEqual(await take({ prefixlen: 64 }), [400, 'BadRequest']);
});

apiTest('sees no pool of another project', async (api) => {
  const pool = await aPool(api, {}, red);
  assert.deepEqual(await taker(api, pool.id)(), [404, 'SubnetPoolNotFound']);
});

apiTest('bounds what one project has of a pool: /64 of IPv6, addresses of IPv4', async (api) => {
  const six = await api.create('subnetpools', {
    name: 'six',
    prefixes: ['2001:db8::/48'],
    default_quota: 3,
    shared: true,
  });
  const take = taker(api, six.id);
  assert.equal(await take({ prefixlen: 64 }), '2001:db8::/64');
  assert.equal(await take({ prefixlen: 65 }), '2001:db8:0:1::/65');
  assert.deepEqual(await take({ prefixlen: 64, cidr: undefined }), '2001:db8:0:2::/64');
  assert.deepEqual(await take({ prefixlen: 64 }), [409, 'SubnetPoolQuotaExceeded']);
  assert.equal(await take({ prefixlen: 65 }), '2001:db8:0:1:8000::/65');
  assert.equal(await taker(api, six.id, red)({ prefixlen: 64 }), '2001:db8:0:3::/64');
  const four = await aPool(api, { prefixes: ['10.0.0.0/16'], default_quota: 300 });
  const addresses = taker(api, four.id);
  assert.equal(await addresses({ ip_version: 4, prefixlen: 24 }), '10.0.0.0/24');
  assert.deepEqual(await addresses({ ip_version: 4, prefixlen: 24 }), [409, 'SubnetPoolQuotaExceeded']);
  assert.equal(await addresses({ ip_version: 4, prefixlen: 27 }), '10.0.1.0/27');
});

apiTest('keeps the subnets of a family on a network in one pool, or in one address scope', async (api) => {
  const network = await api.create('networks', {}, blue);
  const scope = await api.create('address-scopes', { ip_version: 6 }, blue);
  const [plain, other] = [await aPool(api), await aPool(api)];
  const scoped = { address_scope_id: scope.id };
  const inScope = await aPool(api, { prefixes: ['2001:db8:1::/48'], ...scoped });
  const besideIt = await aPool(api, { prefixes: ['2001:db8:2::/48'], ...scoped });
  const on = (body: Body) => taker(api, undefined)({ network_id: network.id, ...body });
  assert.equal(await on({ subnetpool_id: plain.id }), '2001:db8::/64');
  assert.equal(await on({ subnetpool_id: plain.id }), '2001:db8:0:1::/64');
  assert.equal(await on({ cidr: '10.0.0.0/24', ip_version: 4 }), '10.0.0.0/24');
  assert.deepEqual(await on({ subnetpool_id: other.id, cidr: '2001:db8:0:9::/64' }), [
    400,
    'NetworkSubnetPoolAffinityError',
  ]);
  assert.deepEqual(await on({ subnetpool_id: inScope.id }), [400, 'NetworkSubnetPoolAffinityError']);
  assert.deepEqual(await on({ cidr: '2001:db8:9::/64' }), [400, 'NetworkSubnetPoolAffinityError']);
  const second = await api.create('networks', {}, blue);
  const onSecond = (body: Body) => taker(api, undefined)({ network_id: second.id, ...body });
  assert.equal(await onSecond({ subnetpool_id: inScope.id }), '2001:db8:1::/64');
  assert.equal(await onSecond({ subnetpool_id: besideIt.id }), '2001:db8:2::/64');
  assert.deepEqual(await onSecond({ subnetpool_id: plain.id }), [400, 'NetworkAddressScopeAffinityError']);
  const scopesOf = async ({ id }: Made) => {
    const shown = (await api.call('GET', `/v2.0/networks/${id}`, { headers: blue })).json.network as Body;
    return [shown.ipv4_address_scope, shown.ipv6_address_scope];
  };
  assert.deepEqual(
    [await scopesOf(network), await scopesOf(second)],
    [
      [null, null],
      [null, scope.id],
    ],
  );
  const change = await api.call('PUT', `/v2.0/subnetpools/${inScope.id}`, {
    body: { subnetpool: { address_scope_id: (await api.create('address-scopes', { ip_version: 6 }, blue)).id } },
    headers: blue,
  });
  assert.deepEqual([change.status, errorType(change)], [400, 'NetworkAddressScopeAffinityError']);
});

apiTest('has the prefixes of a network again when it goes with its subnets', async (api) => {
  const pool = await aPool(api, { prefixes: ['2001:db8::/63'] });
  const take = taker(api, pool.id);
  const network = await api.create('networks', {}, blue);
  for (const cidr of ['2001:db8::/64', '2001:db8:0:1::/64']) assert.equal(await take({ network_id: network.id }), cidr);
  const end = () => api.call('DELETE', `/v2.0/subnetpools/${pool.id}`, { headers: blue });
  assert.equal(errorType(await end()), 'SubnetPoolDeleteError');
  assert.equal((await api.call('DELETE', `/v2.0/networks/${network.id}`, { headers: blue })).status, 204);
  assert.equal((await end()).status, 204);
});

apiTest('creates subnets of a pool in bulk, all or none', async (api) => {
  const pool = await aPool(api, { prefixes: ['2001:db8::/62'] });
  const network = await api.create('networks', {}, blue);
  const bulk = (count: number) => {
    const subnets = Array.from({ length: count }, () => ({
      network_id: network.id,
      ip_version: 6,
      subnetpool_id: pool.id,
    }));
    return api.call('POST', '/v2.0/subnets', { body: { subnets }, headers: blue });
  };
  assert.equal(errorType(await bulk(5)), 'SubnetAllocationError');
  const { json } = await bulk(4);
  assert.equal(new Set((json.subnets as Body[]).map(({ cidr }) => cidr)).size, 4);
});

apiTest('takes the subnets of a network into a pool', async (api) => {
  const network = await api.create('networks', {}, blue);
  const subnet = await api.create('subnets', { network_id: network.id, ip_version: 6, cidr: '2001:db8:5::/64' }, blue);
  await api.create('subnets', { network_id: network.id, ip_version: 4, cidr: '10.0.0.0/24' }, blue);
  const [pool, next] = [await aPool(api), await aPool(api, { prefixes: ['2001:db8:1::/48'] })];
  const onboard = async ({ id }: Made, networkId: string, headers = blue) => {
    const path = `/v2.0/subnetpools/${id}/onboard_network_subnets`;
    const answer = await api.call('PUT', path, { body: { network_id: networkId }, headers });
    return answer.status === 200 ? answer.json : [answer.status, errorType(answer)];
  };
  const shown = async (id: string) =>
    (await api.call('GET', `/v2.0/subnetpools/${id}`, { headers: blue })).json.subnetpool;
  assert.deepEqual(await onboard(pool, network.id), [{ id: subnet.id, cidr: '2001:db8:5::/64' }]);
  assert.deepEqual(((await shown(pool.id)) as Body).prefixes, ['2001:db8::/48', '2001:db8:5::/64']);
  assert.deepEqual(await onboard(pool, network.id), [400, 'IllegalSubnetPoolUpdate']);
  assert.deepEqual(await taker(api, pool.id)({ cidr: '2001:db8:5::/64' }), [500, 'SubnetAllocationError']);
  // It goes from pool to pool, and what it had of the first is free there.
  assert.deepEqual(await onboard(next, network.id), [{ id: subnet.id, cidr: '2001:db8:5::/64' }]);
  assert.equal(await taker(api, pool.id)({ cidr: '2001:db8:5::/64' }), '2001:db8:5::/64');
  const foreign = await api.create('networks', {}, red);
  assert.deepEqual(await onboard(pool, foreign.id), [404, 'NetworkNotFound']);
  const shared = await api.create('networks', { shared: true });
  assert.deepEqual(await onboard(pool, shared.id), [403, 'PolicyNotAuthorized']);
});
