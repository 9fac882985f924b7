import assert from 'node:assert/strict';
import { milliseconds, ok, waitFor } from '../../src/base/index.ts';
import { portTable } from '../../src/resources/index.ts';
import { apiTest, type Made, type TestApi } from './harness.ts';

/** Each item is a part of its own, as if it took long. */
const inParts = { bulks: { partBudget: milliseconds(0) } };

const slaac = { ip_version: 6, ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' };

async function countPorts(api: TestApi, networkId: string): Promise<number> {
  const { json } = await api.call('GET', `/v2.0/ports?network_id=${networkId}`);
  return (json.ports as readonly unknown[]).length;
}

/** Ports that are there, seen or unseen. */
async function countWritten({ store }: TestApi): Promise<number> {
  const ids = await store.write(async (unit) => ok(await unit.listIds(portTable, { where: { kind: 'all', of: [] } })));
  return ids.ok ? ids.value.length : 0;
}

apiTest(
  'makes many ports at once, unseen until all are there, while others make theirs',
  async (api) => {
    const network = await api.create('networks');
    const elsewhere = await api.create('networks');
    const order: string[] = [];
    const ports = Array.from({ length: 300 }, (_, index) => ({ network_id: network.id, name: `no ${index}` }));
    const bulk = api.call('POST', '/v2.0/ports', { body: { ports } }).then((answer) => {
      order.push('bulk');
      return answer;
    });
    await waitFor('the first parts', async () => (await countWritten(api)) > 0);
    const { status: deletion } = await api.call('DELETE', `/v2.0/networks/${network.id}`);
    assert.equal(deletion, 409, 'the network is in use');
    await api.create('ports', { network_id: elsewhere.id });
    const subnet = await api.create('subnets', { network_id: network.id, cidr: '2001:db8:1::/64', ...slaac });
    const seen = await countPorts(api, network.id);
    order.push('others');
    const { status, json } = await bulk;
    assert.deepEqual([status, order, seen], [201, ['others', 'bulk'], 0]);
    const made = json.ports as readonly Made[];
    assert.deepEqual(
      made.map(({ name }) => name),
      ports.map(({ name }) => name),
    );
    // Also those that were there, unseen, before the subnet.
    const lacking = made.filter(({ fixed_ips: fixedIps }) => !JSON.stringify(fixedIps).includes(subnet.id));
    assert.deepEqual(lacking, []);
    assert.equal(await countPorts(api, network.id), 300);
  },
  inParts,
);

apiTest(
  'makes none of many ports when the last can not be made, and leaves nothing behind',
  async (api) => {
    const network = await api.create('networks');
    const port = { network_id: network.id, mac_address: 'fa:16:3e:00:00:01' };
    const others = Array.from({ length: 50 }, () => ({ network_id: network.id }));
    const refused = await api.call('POST', '/v2.0/ports', { body: { ports: [port, ...others, port] } });
    assert.deepEqual([refused.status, (refused.json.NeutronError as Made).type], [409, 'MacAddressInUse']);
    assert.equal(await countPorts(api, network.id), 0);
    assert.equal((await api.call('POST', '/v2.0/ports', { body: { port } })).status, 201);
  },
  inParts,
);

apiTest('writes nothing when any of many is malformed', async (api) => {
  const network = await api.create('networks');
  const ports = [...Array.from({ length: 50 }, () => ({ network_id: network.id })), { network_id: 'none' }];
  assert.equal((await api.call('POST', '/v2.0/ports', { body: { ports } })).status, 400);
  assert.equal((await api.call('DELETE', `/v2.0/networks/${network.id}`)).status, 204);
});

apiTest('bounds how many one request makes, and says so', async (api) => {
  const network = await api.create('networks');
  const subnet = { network_id: network.id, cidr: '2001:db8:1::/64', ...slaac };
  for (const { collection, items, maximum } of [
    { collection: 'networks', items: Array.from({ length: 20_000 }, () => ({})), maximum: 10_000 },
    { collection: 'subnets', items: Array.from({ length: 101 }, () => subnet), maximum: 100 },
  ]) {
    const { status, json } = await api.call('POST', `/v2.0/${collection}`, { body: { [collection]: items } });
    const { message } = json.NeutronError as Made;
    assert.deepEqual([status, message], [400, `At most ${maximum} ${collection} can be created in one request.`]);
  }
});
