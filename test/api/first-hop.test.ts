import assert from 'node:assert/strict';
import { ok } from '../../src/base/index.ts';
import { type Address, parseAddress } from '../../src/ip/index.ts';
import type { NetworkId, PortId } from '../../src/resources/index.ts';
import { apiTest, type Body, errorType, type TestApi } from './harness.ts';

function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed);
  return parsed;
}

/** Records what a host and the controller know of a port. */
async function observe({ store }: TestApi, portId: PortId, networkId: NetworkId): Promise<void> {
  const at = Date.parse('2026-11-29T08:00:00Z');
  await store.write(async ({ observed }) => {
    await observed.setWired([{ portId, host: 'h1', revision: 1 }]);
    const bound = { networkId, portId, kind: 'learned', grantedAt: at, seenAt: at + 60_000 } as const;
    await observed.bindings.bind([{ ...bound, address: address('2001:db8::b') }]);
    const lease = { clientDuid: '0001', identityAssociation: 1, expiresAt: at + 86_400_000 };
    await observed.setLeases([{ ...lease, portId, address: address('2001:db8::5') }], at);
    await observed.setDrops([{ portId, reason: 'rogue-ra', packets: 3 }]);
    return ok(undefined);
  });
}

const times = { since: null, last_seen: null };
const bindings = [
  { ip_address: '2001:db8::5', kind: 'fixed', ...times },
  { ip_address: '2001:db8::77', kind: 'pair', ...times },
  { ip_address: '2001:db8:7::/64', kind: 'pair', ...times },
  { ip_address: '2001:db8::b', kind: 'learned', since: '2026-11-29T08:00:00Z', last_seen: '2026-11-29T08:01:00Z' },
];
const leases = [{ ip_address: '2001:db8::5', client_duid: '0001', expires_at: '2026-11-30T08:00:00Z' }];
const drops = [{ reason: 'rogue-ra', packets: 3 }];

apiTest('shows what a port’s first hop does to the port’s project, and its host to administrators', async (api) => {
  const owner = { 'X-Project-Id': 'red', 'X-Roles': 'member' };
  const network = await api.create('networks', { shared: true });
  await api.create('subnets', { network_id: network.id, ip_version: 6, cidr: '2001:db8::/64' });
  const pairs = ['2001:db8::77', '2001:db8:7::/64'].map((ip_address) => ({ ip_address }));
  const wanted = { network_id: network.id, project_id: 'red', allowed_address_pairs: pairs };
  const port = await api.create('ports', { ...wanted, fixed_ips: [{ ip_address: '2001:db8::5' }] });
  const ask = (headers?: Record<string, string>) =>
    api.call('GET', `/v2.0/ports/${port.id}/first-hop`, headers && { headers });
  assert.deepEqual((await ask()).json, {
    first_hop: { host: null, bindings: bindings.slice(0, 3), leases: [], drops: [] },
  });
  await observe(api, port.id as PortId, network.id as NetworkId);
  assert.deepEqual((await ask()).json, { first_hop: { host: 'h1', bindings, leases, drops } });
  for (const roles of ['member', 'reader']) {
    const { json } = await ask({ ...owner, 'X-Roles': roles });
    assert.deepEqual(json, { first_hop: { bindings, leases, drops } });
  }
  const stranger = await ask({ ...owner, 'X-Project-Id': 'green' });
  assert.deepEqual([stranger.status, errorType(stranger)], [404, 'PortNotFound']);
  const unknown = await api.call('GET', `/v2.0/ports/${network.id}/first-hop`);
  assert.deepEqual([unknown.status, errorType(unknown)], [404, 'PortNotFound']);
});

apiTest('shows the owner of a network no first hop of the ports that others have on it', async (api) => {
  const network = await api.create('networks', { project_id: 'red' });
  const port = await api.create('ports', { network_id: network.id, project_id: 'green' });
  const headers = { 'X-Project-Id': 'red', 'X-Roles': 'member' };
  assert.equal((await api.call('GET', `/v2.0/ports/${port.id}`, { headers })).status, 200);
  const refused = await api.call('GET', `/v2.0/ports/${port.id}/first-hop`, { headers });
  assert.deepEqual([refused.status, errorType(refused)], [403, 'PolicyNotAuthorized']);
  const { json } = await api.call('GET', '/v2.0/extensions/first-hop');
  assert.equal((json.extension as Body).alias, 'first-hop');
});
