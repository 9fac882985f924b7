import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { Guest } from '../../gaps/lab/index.ts';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import { type Network, type Port, unwrap } from '../../src/client/index.ts';
import {
  addressOf,
  type Cloud,
  createNetwork,
  createPort,
  openCloud,
  type Pinging,
  patience,
  projection,
  startPinging,
  timed,
} from './cloud.ts';

/** Chosen by guest b itself: only the first hop's address validation, which saw its DAD, knows it. */
const chosen = '2001:db8:b::cafe';

describe('what fails comes back without a hand', () => {
  let cloud: Cloud;
  let blue: Network;
  let green: Network;
  let a: Guest;
  let b: Guest;
  let c: Guest;
  /** From a to a neighbour on the other host, and through the router. */
  let bridged: Pinging;
  let routed: Pinging;
  const addresses = { b: '', c: '' };

  before(async () => {
    cloud = await openCloud();
    const { api } = cloud;
    const [slaac, stateful] = [
      await createNetwork(api, { name: 'blue', cidr: '2001:db8:b::/64' }),
      await createNetwork(api, { name: 'green', cidr: '2001:db8:6::/64', mode: 'dhcpv6-stateful' }),
    ];
    [blue, green] = [slaac.network, stateful.network];
    const router = unwrap(await api.routers.create({ name: 'r' }));
    for (const { subnet } of [slaac, stateful])
      unwrap(await api.routers.addRouterInterface(router.id, { subnet_id: subnet.id }));
    const ports = [
      await createPort(api, blue, { name: 'a' }),
      await createPort(api, blue, { name: 'b' }),
      await createPort(api, green, { name: 'c' }),
    ] as const;
    [a, b, c] = await Promise.all([cloud.plug(ports[0], 'h1'), cloud.plug(ports[1], 'h2'), cloud.plug(ports[2], 'h2')]);
    assert.equal((await c.dhclient()).succeeded, true);
    [addresses.b, addresses.c] = [addressOf(ports[1]), addressOf(ports[2])];
    await b.run(['ip', 'address', 'add', `${chosen}/64`, 'dev', 'eth0']);
    await seeConnectivity();
    [bridged, routed] = [startPinging(a, addresses.b), startPinging(a, addresses.c)];
    await Promise.all([bridged.flows(), routed.flows()]);
  });

  after(() => cloud?.close());

  test('NB dies: packets go on, the API goes on, and what was made meanwhile arrives', async (t) => {
    const { lab, api } = cloud;
    await lab.central.killDatabase('nb');
    const late = await createPort(api, blue, { name: 'late' });
    await bridged.flows();
    await lab.central.startDatabase('nb');
    await seeGuestServed(late);
    await report(t, 'NB killed and back');
  });

  test('NB comes back empty: it is rebuilt, row for row, while the API answers', async (t) => {
    const { lab, api } = cloud;
    const before = await projection(cloud);
    assert.ok(before.length > 0, 'there is something to rebuild');
    await lab.central.killDatabase('nb');
    const early = unwrap(await api.networks.list({ name: 'blue' }));
    await lab.central.startDatabase('nb', { empty: true });
    const { took } = await timed(() =>
      waitFor('NB to hold what it held', async () => isEqual(await projection(cloud), before), { within: patience }),
    );
    t.diagnostic(`rebuilt in ${took} ms`);
    assert.equal(early.length, 1);
    await seeConnectivity();
    await seeGuestServed(await createPort(api, blue, { name: 'after' }));
    await report(t, 'NB emptied');
  });

  test('SB dies: packets go on, and a guest that is plugged meanwhile is served', async (t) => {
    const { lab, api } = cloud;
    await lab.central.killDatabase('sb');
    const late = await createPort(api, blue, { name: 'late' });
    await bridged.flows();
    await lab.central.startDatabase('sb');
    await seeGuestServed(late);
    await report(t, 'SB killed and back');
  });

  test('SB comes back empty: chassis and ports are there again, and so is their status', async (t) => {
    const { lab, api } = cloud;
    await lab.central.killDatabase('sb');
    await lab.central.startDatabase('sb', { empty: true });
    // ovn-controller 23.03 may crash on an emptied SB: on a real host its monitor process starts it again.
    await waitFor('both chassis', () => superviseChassis(), { within: patience, every: milliseconds(500) });
    await seeConnectivity();
    await seeGuestServed(await createPort(api, blue, { name: 'after' }));
    await waitFor(
      'every plugged port to be ACTIVE',
      async () => {
        const ports = unwrap(await api.ports.list({ name: ['a', 'b', 'c'] }));
        return ports.length === 3 && ports.every(({ status }) => status === 'ACTIVE');
      },
      { within: patience },
    );
    await report(t, 'SB emptied');
  });

  test('the controller is killed under load: every 201 that was answered holds, and reaches NB', async (t) => {
    const { controller, api, lab } = cloud;
    const answered: string[] = [];
    let isOver = false;
    const load = Array.from({ length: 8 }, async () => {
      while (!isOver) {
        const created = await api.ports.create({ network_id: green.id, name: 'load' });
        if (created.ok) answered.push(created.value.id);
      }
    });
    await waitFor('some hundreds of ports', () => answered.length > 300, { within: patience });
    await controller.stop('SIGKILL');
    isOver = true;
    await Promise.all(load);
    await bridged.flows();
    const { took } = await timed(() => controller.start());
    t.diagnostic(`${answered.length} answered; the controller was back in ${took} ms`);
    const stored = new Set(unwrap(await api.ports.list({ name: 'load', fields: 'id' })).map(({ id }) => id));
    assert.deepEqual(
      answered.filter((id) => !stored.has(id)),
      [],
    );
    await waitFor(
      'every answered port in NB',
      async () => {
        const names = await lab.central.nbctl('--bare', '--columns=name', 'list', 'Logical_Switch_Port');
        const present = new Set(names.split('\n'));
        return [...stored].every((id) => present.has(id));
      },
      { within: patience },
    );
    await report(t, 'controller killed');
  });

  test('the agent is killed: guests keep what they have, and are answered again when it is back', async (t) => {
    await cloud.agent('h2').stop('SIGKILL');
    await Promise.all([bridged.flows(), routed.flows()]);
    await cloud.agent('h2').start();
    t.diagnostic(await answersTo(b, c));
    await report(t, 'agent killed');
  });

  test('without a controller an agent starts from its cache, and answers', async (t) => {
    await cloud.controller.stop('SIGKILL');
    await cloud.agent('h2').stop('SIGKILL');
    await cloud.agent('h2').start();
    t.diagnostic(await answersTo(b, c));
    await Promise.all([bridged.flows(), routed.flows()]);
    await cloud.controller.start();
    await seeGuestServed(await createPort(cloud.api, blue, { name: 'after' }), 'h2');
    await report(t, 'agent killed while no controller is there');
  });

  test('ovs-vswitchd is killed: flows, learned addresses and guests come back', async (t) => {
    const host = cloud.lab.getHost('h2');
    await host.killDaemon('ovs-vswitchd');
    await host.startDaemon('ovs-vswitchd');
    const { took } = await timed(seeConnectivity);
    t.diagnostic(`guests reach each other ${took} ms after it is up`);
    t.diagnostic(await answersTo(b, c));
    await seeGuestServed(await createPort(cloud.api, blue, { name: 'after' }), 'h2');
    await report(t, 'ovs-vswitchd killed');
  });

  /** True while every ovn-controller runs and both are in SB; one that has crashed is started again. */
  async function superviseChassis(): Promise<boolean> {
    await Promise.all(cloud.lab.hosts.map((host) => host.startDaemon('ovn-controller')));
    return (
      (await cloud.lab.central.sbctl('--bare', '--columns=name', 'list', 'Chassis')).trim().split(/\s+/).length === 2
    );
  }

  async function seeConnectivity(): Promise<void> {
    for (const target of [addresses.b, addresses.c, chosen])
      assert.equal(await a.reaches(target, { withinMilliseconds: patience }), true, `${target} is reached`);
  }

  /** A new guest comes up and reaches its neighbour on the other host; then it goes. */
  async function seeGuestServed(port: Port, host = 'h1'): Promise<void> {
    const guest = await cloud.plug(port, host);
    await cloud.seeStatus(port, 'ACTIVE');
    await guest.waitForAddress({ address: addressOf(port), withinMilliseconds: patience });
    assert.equal(await guest.reaches(addresses.b, { withinMilliseconds: patience }), true);
    await guest.remove();
    unwrap(await cloud.api.ports.delete(port.id));
  }

  /** How long a router solicitation and a DHCPv6 client take to be answered. */
  async function answersTo(solicitor: Guest, client: Guest): Promise<string> {
    const advertised = await timed(() => solicitor.run(['rdisc6', '-1', '-q', '-r', '50', '-w', '200', 'eth0']));
    assert.equal(advertised.value.code, 0, advertised.value.stderr);
    const leased = await timed(() => client.dhclient());
    assert.equal(leased.value.succeeded, true, leased.value.log);
    return `RS answered after ${advertised.took} ms, DHCPv6 done ${leased.took} ms after that`;
  }

  /** Waits until echoes go through, says how many were lost, and begins to count anew. */
  async function report(t: TestContext, what: string): Promise<void> {
    await Promise.all([bridged.flows(), routed.flows()]);
    const [near, far] = [await bridged.stop(), await routed.stop()];
    t.diagnostic(
      `${what}: lost ${near.lost} of ${near.lost + near.received} on the link, ${far.lost} of ${far.lost + far.received} routed`,
    );
    [bridged, routed] = [startPinging(a, addresses.b), startPinging(a, addresses.c)];
    await Promise.all([bridged.flows(), routed.flows()]);
  }
});

function isEqual(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((line, i) => line === others[i]);
}
