import assert from 'node:assert/strict';
import { apiTest, type Body, errorType, type Made, type TestApi } from './harness.ts';

const vrrpMac = '00:00:5e:00:02:01';
const vip = '2001:db8::99';

/** Creates a port, or tells why not. */
async function post(api: TestApi, network: Made, port: Body): Promise<string> {
  const answer = await api.call('POST', '/v2.0/ports', { body: { port: { network_id: network.id, ...port } } });
  return answer.status === 201 ? 'made' : `${answer.status} ${errorType(answer)}`;
}

async function put(api: TestApi, { id }: Made, port: Body): Promise<string> {
  const answer = await api.call('PUT', `/v2.0/ports/${id}`, { body: { port } });
  return answer.status === 200 ? 'changed' : `${answer.status} ${errorType(answer)}`;
}

const pairWith = (mac: string): Body => ({ allowed_address_pairs: [{ ip_address: vip, mac_address: mac }] });

apiTest(
  "refuses an address pair with the MAC of another project's port or of a router on that network",
  async (api) => {
    const [network, elsewhere] = [await api.create('networks'), await api.create('networks')];
    const subnet = await api.create('subnets', { network_id: network.id, ip_version: 6, cidr: '2001:db8::/64' });
    const router = await api.create('routers');
    const added = await api.call('PUT', `/v2.0/routers/${router.id}/add_router_interface`, {
      body: { subnet_id: subnet.id },
    });
    const gateway = (await api.call('GET', `/v2.0/ports/${String(added.json.port_id)}`)).json.port as Body;
    const victim = await api.create('ports', { network_id: network.id, project_id: 'red' });
    const port = await api.create('ports', { network_id: network.id });
    for (const { mac_address: mac } of [victim, gateway]) {
      assert.equal(await post(api, network, pairWith(String(mac))), '409 MacAddressInUse');
      assert.equal(await put(api, port, pairWith(String(mac).toUpperCase())), '409 MacAddressInUse');
      assert.equal(await post(api, elsewhere, pairWith(String(mac))), 'made');
    }
    assert.equal(await put(api, port, pairWith(String(port.mac_address))), 'changed');
    const sibling = await api.create('ports', { network_id: network.id });
    assert.equal(await put(api, port, pairWith(String(sibling.mac_address))), 'changed', 'it is of the same project');
    await api.call('DELETE', `/v2.0/ports/${victim.id}`);
    assert.equal(await put(api, port, pairWith(String(victim.mac_address))), 'changed');
  },
);

apiTest('several ports share the MAC of a virtual router, and no port gets it for its own', async (api) => {
  const network = await api.create('networks');
  const master = await api.create('ports', { network_id: network.id, ...pairWith(vrrpMac) });
  assert.equal(await post(api, network, pairWith(vrrpMac)), 'made');
  const other = await api.create('ports', { network_id: network.id });
  assert.equal(await put(api, other, pairWith(vrrpMac)), 'changed');
  assert.equal(await post(api, network, { mac_address: vrrpMac }), '409 MacAddressInUse');
  assert.equal(await put(api, other, { mac_address: vrrpMac }), '409 MacAddressInUse');
  const { json } = await api.call('GET', `/v2.0/ports?network_id=${network.id}`);
  for (const { id } of json.ports as Made[]) if (id !== master.id) await api.call('DELETE', `/v2.0/ports/${id}`);
  assert.equal(await put(api, master, { mac_address: vrrpMac }), 'changed', 'nobody else has it any more');
});

apiTest('refuses pairs that no packet can come from, and takes what Neutron takes', async (api) => {
  const network = await api.create('networks');
  const [multicast, loopback] = [
    ['ff02::1', 'ff00::/8', 'ff02::/16', '224.0.0.5', '224.0.0.0/24', '255.255.255.255'],
    ['::1', '::', '::1/128', '127.0.0.1', '127.0.0.0/8', '0.0.0.0', '::ffff:192.0.2.1'],
  ];
  for (const ip_address of [...multicast, ...loopback])
    assert.equal(
      await post(api, network, { allowed_address_pairs: [{ ip_address }] }),
      '400 HTTPBadRequest',
      ip_address,
    );
  for (const ip_address of ['::/0', '0.0.0.0/0', '0.0.0.0/1', 'fe80::/10', 'fc00::/7', '2001:db8::/32', '192.0.2.0/24'])
    assert.equal(await post(api, network, { allowed_address_pairs: [{ ip_address }] }), 'made', ip_address);
  for (const mac of ['01:00:5e:00:00:12', '33:33:00:00:00:12', 'ff:ff:ff:ff:ff:ff', '00:00:00:00:00:00'])
    assert.equal(await post(api, network, pairWith(mac)), '400 HTTPBadRequest', mac);
});

apiTest('takes a MAC in every spelling that neutron-lib takes, and finds it by any', async (api) => {
  const network = await api.create('networks');
  const spellings = ['fa16.3e00.0012', 'FA163E000012', 'fa:16:3e:0:0:12', 'fa-16-3e-00-00-12', 'fa163e-000012'];
  for (const mac of spellings) {
    const port = await api.create('ports', { network_id: network.id, mac_address: mac, ...pairWith('0:0:5e:0:2:1') });
    assert.equal(port.mac_address, 'fa:16:3e:00:00:12', mac);
    assert.deepEqual(port.allowed_address_pairs, [{ ip_address: vip, mac_address: vrrpMac }]);
    const { json } = await api.call('GET', `/v2.0/ports?fields=id&mac_address=${mac}`);
    assert.deepEqual(json.ports, [{ id: port.id }], mac);
    await api.call('DELETE', `/v2.0/ports/${port.id}`);
  }
  for (const mac of [
    'fa:16:3e:00:00',
    'fa:16:3e:00:00:12:13',
    'fa163e00001',
    'fa:16-3e:00:00:12',
    ' fa163e000012',
    'g',
  ])
    assert.equal(await post(api, network, { mac_address: mac }), '400 HTTPBadRequest', mac);
});
