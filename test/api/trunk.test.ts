import assert from 'node:assert/strict';
import { apiTest, type Body, errorType, type Made, memberOf, type TestApi } from './harness.ts';

const blue = memberOf('blue');

/** A network with so many ports of the project `blue`. */
async function makePorts(api: TestApi, count: number, network: Body = {}): Promise<readonly Made[]> {
  const { id } = await api.create('networks', network, blue);
  const ports: Made[] = [];
  for (let made = 0; made < count; made += 1) ports.push(await api.create('ports', { network_id: id }, blue));
  return ports;
}

function vlan(port: Made | undefined, tag: unknown): Body {
  return { port_id: port?.id, segmentation_type: 'vlan', segmentation_id: tag };
}

/** The trunk as an action answers it, or the refusal. */
async function change(api: TestApi, trunk: Made, verb: string, subPorts: readonly Body[], headers = blue) {
  const body = { sub_ports: subPorts };
  const answer = await api.call('PUT', `/v2.0/trunks/${trunk.id}/${verb}_subports`, { body, headers });
  return answer.status === 200 ? answer.json : errorType(answer);
}

apiTest('makes a trunk of a port, and adds and removes sub-ports', async (api) => {
  const [parent, one, two] = await makePorts(api, 3);
  const given = { name: 'uplink', port_id: parent?.id, sub_ports: [vlan(one, '100')] };
  const trunk = await api.create('trunks', given, blue);
  assert.deepEqual([trunk.status, trunk.admin_state_up, trunk.sub_ports], ['DOWN', true, [vlan(one, 100)]]);
  // In no envelope.
  const added = (await change(api, trunk, 'add', [vlan(two, 200)])) as Body;
  assert.deepEqual([added.id, added.sub_ports], [trunk.id, [vlan(one, 100), vlan(two, 200)]]);
  const listed = await api.call('GET', `/v2.0/trunks/${trunk.id}/get_subports`, { headers: blue });
  assert.deepEqual(listed.json, { sub_ports: added.sub_ports });
  const details = async (port: Made | undefined) =>
    ((await api.call('GET', `/v2.0/ports/${port?.id}`, { headers: blue })).json.port as Body).trunk_details;
  const macs = [one, two].map((port, index) => ({ ...vlan(port, 100 * (index + 1)), mac_address: port?.mac_address }));
  assert.deepEqual(await details(parent), { trunk_id: trunk.id, sub_ports: macs });
  assert.equal(await details(one), null);
  const removed = (await change(api, trunk, 'remove', [{ port_id: one?.id }])) as Body;
  assert.deepEqual([removed.sub_ports, removed.revision_number], [[vlan(two, 200)], 3]);
  assert.equal((await api.call('DELETE', `/v2.0/trunks/${trunk.id}`, { headers: blue })).status, 204);
  assert.equal((await api.call('DELETE', `/v2.0/ports/${two?.id}`, { headers: blue })).status, 204);
});

apiTest('refuses what contradicts a trunk, as Neutron does', async (api) => {
  const [parent, one, two, three] = await makePorts(api, 4);
  const trunk = await api.create('trunks', { port_id: parent?.id, sub_ports: [vlan(one, 100)] }, blue);
  const create = async (body: Body) =>
    errorType(await api.call('POST', '/v2.0/trunks', { body: { trunk: body }, headers: blue }));
  assert.equal(await create({ port_id: parent?.id }), 'ParentPortInUse');
  assert.equal(await create({ port_id: one?.id }), 'TrunkPortInUse');
  assert.equal(await create({ port_id: two?.id, sub_ports: [vlan(one, 1)] }), 'TrunkPortInUse');
  assert.equal(await create({ port_id: two?.id, sub_ports: [vlan(two, 1)] }), 'ParentPortInUse');
  assert.equal(await create({ port_id: two?.id, sub_ports: [vlan(three, 1), vlan(three, 2)] }), 'HTTPBadRequest');
  const add = (...subPorts: readonly Body[]) => change(api, trunk, 'add', subPorts);
  assert.equal(await add(vlan(two, 100)), 'DuplicateSubPort');
  assert.equal(await add(vlan(two, 200), vlan(three, 200)), 'DuplicateSubPort');
  assert.equal(await add(vlan(two, 0)), 'InvalidInput');
  assert.equal(await add(vlan(two, 4095)), 'InvalidInput');
  assert.equal(await add({ port_id: two?.id }), 'InvalidInput');
  assert.equal(await add({ ...vlan(two, 5), segmentation_type: 'inherit' }), 'InvalidInput');
  assert.equal(await change(api, trunk, 'remove', [{ port_id: two?.id }]), 'SubPortNotFound');
  await api.call('PUT', `/v2.0/ports/${two?.id}`, { body: { port: { device_id: 'guest' } }, headers: blue });
  assert.equal(await add(vlan(two, 200)), 'PortInUse');
  const [wide] = await makePorts(api, 1, { mtu: 1442 });
  const [narrow] = await makePorts(api, 1, { mtu: 1400 });
  const body = { port_id: narrow?.id, sub_ports: [vlan(wide, 7)] };
  assert.equal(await create(body), 'SubPortMtuGreaterThanTrunkPortMtu');
  const refusal = async (port: Made | undefined) =>
    errorType(await api.call('DELETE', `/v2.0/ports/${port?.id}`, { headers: blue }));
  assert.deepEqual([await refusal(parent), await refusal(one)], ['PortInUseAsTrunkParent', 'PortInUseAsSubPort']);
});

apiTest('changes and deletes no trunk that is switched off', async (api) => {
  const [parent, one] = await makePorts(api, 2);
  const trunk = await api.create('trunks', { port_id: parent?.id }, blue);
  const put = { trunk: { admin_state_up: false } };
  await api.call('PUT', `/v2.0/trunks/${trunk.id}`, { body: put, headers: blue });
  assert.equal(await change(api, trunk, 'add', [vlan(one, 1)]), 'TrunkDisabled');
  const gone = await api.call('DELETE', `/v2.0/trunks/${trunk.id}`, { headers: blue });
  assert.deepEqual([gone.status, errorType(gone)], [409, 'TrunkDisabled']);
});

apiTest('moves no port of another project behind a trunk, also on one’s own network', async (api) => {
  const network = await api.create('networks', { shared: true });
  const [parent] = await makePorts(api, 1);
  const foreign = await api.create('ports', { network_id: network.id }, memberOf('red'));
  const own = await api.create('networks', {}, blue);
  const guest = await api.create('ports', { network_id: own.id, project_id: 'red' });
  const trunk = await api.create('trunks', { port_id: parent?.id }, blue);
  assert.equal(await change(api, trunk, 'add', [vlan(foreign, 1)]), 'PortNotFound');
  assert.equal(await change(api, trunk, 'add', [vlan(guest, 1)]), 'PolicyNotAuthorized');
  const body = { trunk: { port_id: guest.id } };
  assert.equal(errorType(await api.call('POST', '/v2.0/trunks', { body, headers: blue })), 'PolicyNotAuthorized');
});
