import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Guest } from '../../gaps/lab/index.ts';
import { waitFor } from '../../src/base/index.ts';
import { type Port, unwrap } from '../../src/client/index.ts';
import { addressBytes, parseAddress } from '../../src/ip/index.ts';
import { addressOf, type Cloud, createNetwork, createPort, openCloud, patience } from './cloud.ts';

const made = '2001:db8:b::aaaa';

describe('an address that a guest made, seen from an OVN router', () => {
  let cloud: Cloud;
  let port: Port;
  let routerPort: Port;
  let guest: Guest;
  /** Behind the router. */
  let client: Guest;

  before(async () => {
    cloud = await openCloud();
    const { api } = cloud;
    const [near, far] = await Promise.all([
      createNetwork(api, { name: 'blue', cidr: '2001:db8:b::/64' }),
      createNetwork(api, { name: 'red', cidr: '2001:db8:c::/64' }),
    ]);
    const router = unwrap(await api.routers.create({}));
    for (const { id } of [near.subnet, far.subnet])
      unwrap(await api.routers.addRouterInterface(router.id, { subnet_id: id }));
    const owner = { network_id: near.network.id, device_owner: 'network:router_interface' };
    const [found] = unwrap(await api.ports.list(owner));
    assert.ok(found);
    routerPort = found;
    port = await createPort(api, near.network, { name: 'near' });
    const other = await createPort(api, far.network, { name: 'far' });
    [guest, client] = await Promise.all([cloud.plug(port, 'h1'), cloud.plug(other, 'h2')]);
    await Promise.all([guest, client].map((one) => one.waitForAddress()));
    assert.equal(await client.reaches(addressOf(port), { withinMilliseconds: patience }), true);
    await guest.run(['ip', 'address', 'add', `${made}/64`, 'dev', 'eth0']);
    await guest.waitForAddress({ address: made });
    await waitFor('OVN to know it', async () => (await nbAddresses()).includes(made), { within: patience });
    await central().nbctl('--wait=hv', 'sync');
  });

  after(() => cloud?.close());

  const central = () => cloud.lab.central;
  const nbAddresses = () => central().nbctl('get', 'Logical_Switch_Port', port.id, 'addresses');
  const forgetNeighbours = () => central().sbctl('--all', 'destroy', 'MAC_Binding');

  test('is resolved without asking the guest for it', async () => {
    await forgetNeighbours();
    const capture = await guest.capture();
    assert.equal(await client.reaches(made, { withinMilliseconds: patience }), true);
    const asked = (await capture.stop()).filter(({ bytes }) => isSolicitationFor(bytes, made));
    assert.deepEqual(asked, []);
  });

  test('is resolved as it is, though the router has learned another MAC for it', async () => {
    const name = `lrp-${routerPort.id}`;
    const datapath = await central().sbctl(
      '--bare',
      '--columns=datapath',
      'find',
      'Port_Binding',
      `logical_port=${name}`,
    );
    const forged = [`logical_port=${name}`, `ip="${made}"`, 'mac="02:00:00:00:00:66"', `datapath=${datapath.trim()}`];
    await central().sbctl('create', 'MAC_Binding', ...forged);
    await central().nbctl('--wait=hv', 'sync');
    assert.equal(await client.reaches(made, { withinMilliseconds: patience }), true);
    await forgetNeighbours();
  });
});

/** RFC 4861 §4.3, behind an Ethernet and an IPv6 header. */
function isSolicitationFor(frame: Uint8Array, text: string): boolean {
  const target = parseAddress(text);
  assert.ok(target);
  return frame[20] === 58 && frame[54] === 135 && Buffer.from(addressBytes(target)).equals(frame.subarray(62, 78));
}
