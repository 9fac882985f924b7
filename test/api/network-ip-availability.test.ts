import assert from 'node:assert/strict';
import { apiTest, errorType, memberOf } from './harness.ts';

const path = '/v2.0/network-ip-availabilities';

apiTest('counts addresses exactly, of whichever size the subnets are', async (api) => {
  const network = await api.create('networks', { name: 'two families' });
  const six = await api.create('subnets', { network_id: network.id, ip_version: 6, cidr: '2001:db8::/64' });
  const pools = [{ start: '192.0.2.10', end: '192.0.2.19' }];
  const four = { network_id: network.id, ip_version: 4, cidr: '192.0.2.0/24', allocation_pools: pools };
  const { id } = await api.create('subnets', { ...four, name: 'old' });
  await api.create('ports', { network_id: network.id });
  const answer = await fetch(`${api.url}${path}/${network.id}`);
  const text = await answer.text();
  const { network_ip_availability: shown } = JSON.parse(text) as { network_ip_availability: Record<string, unknown> };
  const subnets = shown.subnet_ip_availability as Record<string, unknown>[];
  const ofVersion = (version: number) => subnets.find(({ ip_version: each }) => each === version);
  assert.deepEqual(ofVersion(4), {
    subnet_id: id,
    subnet_name: 'old',
    ip_version: 4,
    cidr: '192.0.2.0/24',
    total_ips: 10,
    used_ips: 1,
  });
  assert.deepEqual(Object.keys(shown).toSorted(), [
    'network_id',
    'network_name',
    'project_id',
    'subnet_ip_availability',
    'tenant_id',
    'total_ips',
    'used_ips',
  ]);
  assert.deepEqual([ofVersion(6)?.subnet_id, ofVersion(6)?.used_ips, shown.used_ips], [six.id, 1, 2]);
  // The pools of the /64 have all but the gateway.
  const total = 2n ** 64n - 1n;
  assert.ok(text.includes(`"total_ips":${total},`), text);
  assert.ok(text.includes(`"total_ips":${total + 10n},`), text);
});

apiTest('lists networks with and without subnets, and finds them by name, project and family', async (api) => {
  const network = await api.create('networks', { name: 'a' });
  const empty = await api.create('networks', { name: 'b' });
  await api.create('subnets', { network_id: network.id, ip_version: 6, cidr: '2001:db8::/64' });
  const ids = async (query: string) => {
    const { json } = await api.call('GET', `${path}${query}`);
    return (json.network_ip_availabilities as { network_id: string }[]).map(({ network_id: id }) => id).toSorted();
  };
  assert.deepEqual(await ids(''), [network.id, empty.id].toSorted());
  assert.deepEqual(await ids('?network_name=b'), [empty.id]);
  assert.deepEqual(await ids(`?network_id=${network.id}&tenant_id=${network.project_id}`), [network.id]);
  assert.deepEqual(await ids('?ip_version=6'), [network.id]);
  assert.deepEqual(await ids('?ip_version=4'), []);
});

apiTest('shows them to administrators only', async (api) => {
  const network = await api.create('networks', {}, memberOf('rome'));
  for (const end of ['', `/${network.id}`]) {
    const answer = await api.call('GET', `${path}${end}`, { headers: memberOf('rome') });
    assert.deepEqual([answer.status, errorType(answer)], [403, 'PolicyNotAuthorized']);
  }
});
