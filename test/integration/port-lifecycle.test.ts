import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Guest } from '../../gaps/lab/index.ts';
import { waitFor } from '../../src/base/index.ts';
import { type Network, type Port, type Router, type Subnet, unwrap } from '../../src/client/index.ts';
import { addressOf, type Cloud, createNetwork, createPort, openCloud, patience } from './cloud.ts';

describe('what the API says of a port is what its guest feels', () => {
  let cloud: Cloud;
  let blue: { network: Network; subnet: Subnet };
  let near: Port;
  let far: Port;
  let a: Guest;
  let b: Guest;

  before(async () => {
    cloud = await openCloud();
    blue = await createNetwork(cloud.api, { name: 'blue', cidr: '2001:db8:b::/64' });
    [near, far] = await Promise.all([
      createPort(cloud.api, blue.network, { name: 'near' }),
      createPort(cloud.api, blue.network, { name: 'far' }),
    ]);
    [a, b] = await Promise.all([cloud.plug(near, 'h1'), cloud.plug(far, 'h2')]);
    await Promise.all([a, b].map((guest) => guest.waitForAddress()));
    assert.equal(await a.reaches(addressOf(far), { withinMilliseconds: patience }), true);
  });

  after(() => cloud?.close());

  test('ACTIVE takes both: OVN has it up, and the agent has wired it', async () => {
    await Promise.all([cloud.seeStatus(near, 'ACTIVE'), cloud.seeStatus(far, 'ACTIVE')]);
    const { api } = cloud;
    await cloud.agent('h1').stop('SIGKILL');
    const unwired = await createPort(api, blue.network, { name: 'unwired' });
    const guest = await cloud.plug(unwired, 'h1');
    assert.equal(unwrap(await api.ports.show(unwired.id)).status, 'DOWN');
    await cloud.agent('h1').start();
    await cloud.seeStatus(unwired, 'ACTIVE');
    assert.equal(unwrap(await api.ports.show(near.id)).status, 'ACTIVE');

    await cloud.lab.getHost('h1').killDaemon('ovn-controller');
    const unbound = await createPort(api, blue.network, { name: 'unbound' });
    const other = await cloud.plug(unbound, 'h1');
    await waitFor('the agent to join it to br-int', async () => {
      const view = await cloud.lab
        .getHost('h1')
        .vsctl('--columns=name', 'find', 'Interface', `external_ids:iface-id="${unbound.id}"`);
      return view.trim().split('\n\n').length === 2;
    });
    assert.equal(unwrap(await api.ports.show(unbound.id)).status, 'DOWN');
    await cloud.lab.getHost('h1').startDaemon('ovn-controller');
    await cloud.seeStatus(unbound, 'ACTIVE');
    await Promise.all([guest.remove(), other.remove()]);
    await Promise.all([cloud.seeStatus(unwired, 'DOWN'), cloud.seeStatus(unbound, 'DOWN')]);
  });

  test('an unplugged port is DOWN, and ACTIVE with the same address on another host', async () => {
    await b.remove();
    await cloud.seeStatus(far, 'DOWN');
    b = await cloud.plug(far, 'h1');
    await cloud.seeStatus(far, 'ACTIVE');
    await b.waitForAddress({ address: addressOf(far) });
    assert.equal(await a.reaches(addressOf(far), { withinMilliseconds: patience }), true);
    await b.remove();
    await cloud.seeStatus(far, 'DOWN');
    b = await cloud.plug(far, 'h2');
    await cloud.seeStatus(far, 'ACTIVE');
    assert.equal(await a.reaches(addressOf(far), { withinMilliseconds: patience }), true);
  });

  test('a port that is bound to another host is served there, and no longer where it was', async () => {
    const moving = await createPort(cloud.api, blue.network, { name: 'moving' });
    const origin = await cloud.plug(moving, 'h1', { name: 'origin' });
    await origin.waitForAddress();
    assert.equal(await origin.reaches(addressOf(far), { withinMilliseconds: patience }), true);
    const destination = await cloud.plug(moving, 'h2', { name: 'goal' });
    await seeSilence(origin, addressOf(far));
    assert.equal(await hopFlowsOf(moving, 'h1'), 0);
    await destination.waitForAddress({ address: addressOf(moving), withinMilliseconds: patience });
    assert.equal(await destination.reaches(addressOf(near), { withinMilliseconds: patience }), true);
    await cloud.seeStatus(moving, 'ACTIVE');
    await origin.remove();
    assert.equal(await destination.reaches(addressOf(near)), true);
    assert.equal(unwrap(await cloud.api.ports.show(moving.id)).status, 'ACTIVE');
    await destination.remove();
  });

  test('a guest whose port is deleted is cut off, while it is plugged', async () => {
    const doomed = await createPort(cloud.api, blue.network, { name: 'doomed' });
    const guest = await cloud.plug(doomed, 'h1');
    await guest.waitForAddress();
    assert.equal(await guest.reaches(addressOf(far), { withinMilliseconds: patience }), true);
    unwrap(await cloud.api.ports.delete(doomed.id));
    await seeSilence(guest, addressOf(far));
    assert.equal(await guest.reaches(`fe80::1%eth0`, { withinMilliseconds: 500 }), false);
    assert.equal(await hopFlowsOf(doomed, 'h1'), 0, 'nothing but the default deny is left');
    await guest.remove();
  });

  test('admin_state_up=false cuts a port off, and true brings it back, without a hand in the guest', async () => {
    unwrap(await cloud.api.ports.update(near.id, { admin_state_up: false }));
    await cloud.seeStatus(near, 'DOWN');
    await seeSilence(a, addressOf(far));
    unwrap(await cloud.api.ports.update(near.id, { admin_state_up: true }));
    await cloud.seeStatus(near, 'ACTIVE');
    assert.equal(await a.reaches(addressOf(far), { withinMilliseconds: patience }), true);
  });

  test('admin_state_up=false of a network cuts off each of its ports', async () => {
    unwrap(await cloud.api.networks.update(blue.network.id, { admin_state_up: false }));
    await seeSilence(a, addressOf(far));
    await cloud.seeStatus(far, 'DOWN');
    unwrap(await cloud.api.networks.update(blue.network.id, { admin_state_up: true }));
    assert.equal(await a.reaches(addressOf(far), { withinMilliseconds: patience }), true);
    await cloud.seeStatus(far, 'ACTIVE');
  });

  test('guests have a default route while, and only while, a router stands on their network', async () => {
    const { api } = cloud;
    const green = await createNetwork(api, { name: 'green', cidr: '2001:db8:6::/64', mode: 'dhcpv6-stateful' });
    const remote = await createPort(api, green.network, { name: 'remote' });
    const c = await cloud.plug(remote, 'h2');
    const router = unwrap(await api.routers.create({ name: 'r' }));
    assert.deepEqual(await defaultRoutes(a), []);
    for (const { subnet } of [blue, green])
      unwrap(await api.routers.addRouterInterface(router.id, { subnet_id: subnet.id }));
    await seeDefaultRoute(a);
    assert.equal((await c.dhclient()).succeeded, true);
    assert.equal(await a.reaches(addressOf(remote), { withinMilliseconds: patience }), true);

    await downAndUp(router);
    assert.equal(await a.reaches(addressOf(remote), { withinMilliseconds: patience }), true);

    unwrap(await api.routers.removeRouterInterface(router.id, { subnet_id: blue.subnet.id }));
    await seeNoDefaultRoute(a);
    assert.equal((await a.addresses()).filter(({ address }) => address === addressOf(near)).length, 1);
    assert.equal(await a.reaches(addressOf(far)), true, 'what is on the link stays in reach');
    unwrap(await api.routers.addRouterInterface(router.id, { subnet_id: blue.subnet.id }));
    await seeDefaultRoute(a);
    assert.equal(await a.reaches(addressOf(remote), { withinMilliseconds: patience }), true);
  });

  async function downAndUp(router: Router): Promise<void> {
    unwrap(await cloud.api.routers.update(router.id, { admin_state_up: false }));
    await seeNoDefaultRoute(a);
    unwrap(await cloud.api.routers.update(router.id, { admin_state_up: true }));
    await seeDefaultRoute(a);
  }

  /** Rules of the hop bridge that let anything of this port pass. */
  async function hopFlowsOf({ id }: Port, host: string): Promise<number> {
    const flows = await cloud.lab.getHost(host).flows('br-hop');
    return flows.filter(({ match, actions }) => match.includes(`tap${id.slice(0, 11)}`) && actions !== 'drop').length;
  }
});

function seeSilence(guest: Guest, target: string): Promise<true> {
  return waitFor(
    `${guest.name} to be cut off`,
    async () => (await guest.ping(target, { count: 3, waitSeconds: 0.5 })).received === 0,
    { within: patience },
  );
}

async function defaultRoutes(guest: Guest): Promise<readonly (string | undefined)[]> {
  const routes = await guest.routes(6);
  return routes.filter(({ destination }) => destination === 'default').map(({ gateway }) => gateway);
}

function seeDefaultRoute(guest: Guest): Promise<true> {
  return waitFor('a default route', async () => (await defaultRoutes(guest)).length === 1, { within: patience });
}

function seeNoDefaultRoute(guest: Guest): Promise<true> {
  return waitFor('the default route to go', async () => (await defaultRoutes(guest)).length === 0, {
    within: patience,
  });
}
