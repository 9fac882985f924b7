import assert from 'node:assert/strict';
import { apiTest, type Body, beatAgent } from './harness.ts';

apiTest(
  'generates MAC addresses that begin with four octets',
  async (api) => {
    const network = await api.create('networks');
    const ports = Array.from({ length: 20 }, () => ({ network_id: network.id }));
    const { json } = await api.call('POST', '/v2.0/ports', { body: { ports } });
    const macs = (json.ports as Body[]).map((port) => String(port.mac_address));
    assert.equal(new Set(macs).size, 20);
    for (const mac of macs) assert.match(mac, /^fa:16:3e:4f:[0-9a-f]{2}:[0-9a-f]{2}$/);
  },
  { settings: { macPrefix: 'fa:16:3e:4f' } },
);

apiTest(
  'creates no more at once than the operator allows, of subnets neither',
  async (api) => {
    const network = await api.create('networks');
    const subnet = { network_id: network.id, ip_version: 6, cidr: '2001:db8::/64' };
    const { status, json } = await api.call('POST', '/v2.0/subnets', { body: { subnets: [subnet, subnet, subnet] } });
    assert.equal(status, 400);
    assert.match(JSON.stringify(json), /At most 2 subnets can be created in one request\./);
  },
  { settings: { maxBulkItems: 2 } },
);

apiTest(
  'tells Nova the bridge that the operator names',
  async (api) => {
    await beatAgent(api, 'h1', new Date().toISOString());
    const network = await api.create('networks');
    const port = await api.create('ports', { network_id: network.id, 'binding:host_id': 'h1' });
    assert.equal((port['binding:vif_details'] as Body).bridge_name, 'br-guests');
  },
  { settings: { bridgeName: 'br-guests' } },
);
