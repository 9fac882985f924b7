import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../../src/base/index.ts';
import { unwrap } from '../../src/client/index.ts';
import { byUuid } from '../../src/ovsdb/index.ts';
import { startProxy } from '../../src/ovsdb/testing/index.ts';
import { defaultGroupRows } from './security-group-rows.ts';
import { type Site, withSite } from './site.ts';

/** A network with a SLAAC subnet, a router on it and a guest's port. */
async function aTopology({ api }: Site) {
  const network = unwrap(await api.networks.create({ name: 'blue' }));
  const subnet = unwrap(
    await api.subnets.create({
      network_id: network.id,
      ip_version: 6,
      cidr: '2001:db8:1::/64',
      gateway_ip: '2001:db8:1::1',
      ipv6_ra_mode: 'slaac',
      ipv6_address_mode: 'slaac',
    }),
  );
  const router = unwrap(await api.routers.create({ name: 'edge' }));
  const { port_id: interfaceId } = unwrap(await api.routers.addRouterInterface(router.id, { subnet_id: subnet.id }));
  const port = unwrap(await api.ports.create({ network_id: network.id, name: 'guest' }));
  const routerPort = unwrap(await api.ports.show(interfaceId));
  const [group] = unwrap(await api.securityGroups.list());
  assert.ok(group, 'a project that has a network has a default group');
  return { network, subnet, router, routerPort, port, group };
}

type Topology = Awaited<ReturnType<typeof aTopology>>;

/** The whole of NB for `aTopology`: a row too many is as wrong as one that lacks. */
function expectedDump({ network, subnet, router, routerPort, port, group }: Topology, site: Site) {
  const switchName = `neutron-${network.id}`;
  const common = { 'neutron:network_name': switchName, 'neutron:project_id': '', 'sextant:revision': '1' };
  const segmentation = (network as unknown as Readonly<Record<string, unknown>>)['provider:segmentation_id'];
  return {
    ...defaultGroupRows(group, [port.id], site.dump()),
    Logical_Switch: {
      [network.id]: {
        name: switchName,
        ports: [port.id, routerPort.id].sort(),
        other_config: { mcast_snoop: 'false', 'requested-tnl-key': String(segmentation) },
        external_ids: {
          'neutron:network_name': 'blue',
          'neutron:mtu': String(network.mtu),
          'sextant:owner': `network/${network.id}`,
          // Its subnet came after it.
          'sextant:revision': '2',
        },
      },
    },
    Logical_Switch_Port: {
      [port.id]: {
        name: port.id,
        addresses: [`${port.mac_address} ${port.fixed_ips[0]?.ip_address}`],
        enabled: true,
        up: false,
        external_ids: {
          ...common,
          'neutron:device_id': '',
          'neutron:device_owner': '',
          'neutron:port_name': 'guest',
          'sextant:owner': `port/${port.id}`,
        },
      },
      [routerPort.id]: {
        name: routerPort.id,
        type: 'router',
        addresses: ['router'],
        enabled: true,
        up: true,
        options: { 'router-port': `lrp-${routerPort.id}` },
        external_ids: {
          ...common,
          'neutron:device_id': router.id,
          'neutron:device_owner': 'network:router_interface',
          'neutron:port_name': '',
          'sextant:owner': `port/${routerPort.id}`,
        },
      },
    },
    Logical_Router: {
      [router.id]: {
        name: `neutron-${router.id}`,
        ports: [routerPort.id],
        enabled: true,
        options: {
          always_learn_from_arp_request: 'false',
          dynamic_neigh_routers: 'true',
          'requested-tnl-key': site.watcher.replica.table('Logical_Router').find(router.id as never)?.options[
            'requested-tnl-key'
          ],
        },
        external_ids: {
          'neutron:router_name': 'edge',
          'sextant:owner': `router/${router.id}`,
          // Its interface came after it.
          'sextant:revision': '2',
        },
      },
    },
    Logical_Router_Port: {
      [routerPort.id]: {
        name: `lrp-${routerPort.id}`,
        mac: routerPort.mac_address,
        networks: ['2001:db8:1::1/64'],
        enabled: true,
        external_ids: {
          'neutron:network_name': switchName,
          'neutron:router_name': `neutron-${router.id}`,
          'neutron:subnet_ids': subnet.id,
          'sextant:owner': `port/${routerPort.id}`,
          'sextant:revision': '1',
        },
      },
    },
  };
}

/** northd has seen everything when it has said which ports are up. */
async function seeStatus(site: Site, { port, routerPort }: Topology): Promise<void> {
  const ports = site.watcher.replica.table('Logical_Switch_Port');
  await site.seeNorthbound('both ports and what northd says of them', () =>
    [port, routerPort].every(({ id }) => ports.find(id as never)?.up !== undefined),
  );
}

test('API calls become exactly these rows, and a second reconciliation issues no operation (invariant 3)', () =>
  withSite({}, async (site) => {
    const topology = await aTopology(site);
    await seeStatus(site, topology);
    assert.deepEqual(site.dump(), expectedDump(topology, site));
    await site.settle();
    site.controller.loops.requestScan();
    assert.equal(await site.settle(), 0);
    const routerPort = unwrap(await site.api.ports.show(topology.routerPort.id));
    assert.equal(routerPort.status, 'ACTIVE', 'a router port is up as soon as northd knows it');
  }));

test('the keys of each change are enough: a scan of all finds nothing afterwards (invariant 3)', () =>
  withSite({ northd: false }, async (site) => {
    const { api } = site;
    const { network, router } = await aTopology(site);
    const wide = unwrap(await api.networks.create({ name: 'wide' }));
    const other = unwrap(await api.subnets.create({ network_id: wide.id, ip_version: 6, cidr: '2001:db8:2::/64' }));
    unwrap(await api.routers.addRouterInterface(router.id, { subnet_id: other.id }));
    const auto = { ip_version: 6, ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' } as const;
    const changes: readonly (() => Promise<Parameters<typeof unwrap>[0]>)[] = [
      () => api.networks.update(network.id, { mtu: 1300 }),
      () => api.networks.update(network.id, { admin_state_up: false }),
      () => api.subnets.create({ network_id: network.id, cidr: '2001:db8:3::/64', ...auto }),
      () => api.routers.removeRouterInterface(router.id, { subnet_id: other.id }),
    ];
    await site.settle();
    for (const change of changes) {
      unwrap(await change());
      await site.settle();
      site.controller.loops.requestScan();
      assert.equal(await site.settle(), 0, String(change));
    }
  }));

test('what is deleted by the API leaves nothing in NB, but that packets of filtered ports are dropped', () =>
  withSite({}, async (site) => {
    const { api } = site;
    const { network, subnet, router, port, group } = await aTopology(site);
    await site.settle();
    unwrap(await api.ports.delete(port.id));
    unwrap(await api.securityGroups.delete(group.id));
    unwrap(await api.routers.removeRouterInterface(router.id, { subnet_id: subnet.id }));
    unwrap(await api.routers.delete(router.id));
    unwrap(await api.networks.delete(network.id));
    await site.settle();
    await site.seeNorthbound('NB without what was deleted', () => {
      const { ACL = {}, Port_Group: groups = {}, ...others } = site.dump();
      return [ACL, groups, others].map((rows) => Object.keys(rows).length).join() === '2,1,0';
    });
  }));

test('NB dies and comes back empty: the API answers all the while, and the network is whole again (invariant 1)', () =>
  withSite({}, async (site) => {
    const topology = await aTopology(site);
    await seeStatus(site, topology);
    await site.settle();
    await site.nb.kill();
    const late = unwrap(await site.api.ports.create({ network_id: topology.network.id, name: 'late' }));
    assert.equal(unwrap(await site.api.ports.show(late.id)).name, 'late');
    await site.nb.erase();
    await site.nb.start();
    const ports = site.watcher.replica.table('Logical_Switch_Port');
    await site.seeNorthbound('the late port', () => ports.find(late.id as never) !== undefined);
    unwrap(await site.api.ports.delete(late.id));
    await site.seeNorthbound('the late port to go', () => ports.find(late.id as never) === undefined);
    await seeStatus(site, topology);
    assert.deepEqual(site.dump(), expectedDump(topology, site));
  }));

test('NB dies and comes back as it was: what was committed meanwhile arrives, and nothing else is written', () =>
  withSite({ northd: false }, async (site) => {
    const { network } = await aTopology(site);
    await site.settle();
    await site.nb.kill();
    const late = unwrap(await site.api.ports.create({ network_id: network.id }));
    await site.nb.start();
    const ports = site.watcher.replica.table('Logical_Switch_Port');
    await site.seeNorthbound('the late port', () => ports.find(late.id as never) !== undefined);
    assert.equal(
      await site.settle(),
      5,
      'a look at whose NB it is, one insert, one reference from the switch, two from port groups',
    );
  }));

test('nothing is pruned before NB was seen whole, however often the snapshot breaks off (invariant 4)', async () => {
  let proxy: Awaited<ReturnType<typeof startProxy>> | undefined;
  const behindProxy = async (server: Parameters<typeof startProxy>[0]) => {
    proxy = await startProxy(server);
    proxy.accept(4_000);
    return proxy.endpoint;
  };
  await withSite({ northd: false, northbound: behindProxy }, async (site) => {
    const { network } = await aTopology(site);
    const labels = (id: string) => ({ 'sextant:owner': `network/${id}`, 'sextant:revision': '1' });
    const table = 'Logical_Switch';
    const [stray, known] = [labels(crypto.randomUUID()), labels(network.id)];
    await site.watcher.transact([
      { op: 'insert', table, row: { name: 'stray', external_ids: stray } },
      // By this row the store knows NB as its own.
      { op: 'insert', table, uuid: network.id as never, row: { name: 'known', external_ids: known } },
    ]);
    await waitFor('a snapshot to break off', async () => (await connectionOf(site)) === 'waiting');
    assert.equal(site.controller.loops.progress().northbound.transactions, 0);
    assert.deepEqual(Object.keys(site.dump()), ['Logical_Switch']);
    proxy?.accept();
    await site.seeNorthbound('ours in, the stray out', () => {
      const switches = [...site.watcher.replica.table('Logical_Switch').rows()].map(({ name }) => name);
      return switches.length === 1 && switches[0] === `neutron-${network.id}`;
    });
  });
  await proxy?.close();
});

/** Where the controller says that its connection to NB stands. */
async function connectionOf({ api }: Site): Promise<string> {
  const progress = unwrap(await api.request('GET', '/healthcheck/progress'));
  return (progress as { readonly northbound: { readonly connection: { readonly kind: string } } }).northbound.connection
    .kind;
}

test('foreign rows and foreign keys in our rows outlive every scan (invariant 5)', () =>
  withSite({ northd: false }, async (site) => {
    const { network } = await aTopology(site);
    await site.settle();
    await site.watcher.transact([
      { op: 'insert', table: 'Logical_Switch', row: { name: 'theirs', external_ids: { note: 'keep' } } },
      { op: 'insert', table: 'Logical_Router', row: { name: 'theirs' } },
      {
        op: 'mutate',
        table: 'Logical_Switch',
        where: byUuid(network.id as never),
        mutations: [['external_ids', 'insert', { note: 'mine' }]],
      },
    ]);
    site.controller.loops.requestScan();
    assert.equal(await site.settle(), 0);
    await site.restart();
    await site.settle();
    const names = [...site.watcher.replica.table('Logical_Switch').rows()].map(({ name }) => name).sort();
    assert.deepEqual(names, [`neutron-${network.id}`, 'theirs'].sort());
    assert.equal(site.watcher.replica.table('Logical_Switch').find(network.id as never)?.external_ids.note, 'mine');
  }));

test('what others change in our rows is put right at once', () =>
  withSite({ northd: false }, async (site) => {
    const { network, port } = await aTopology(site);
    await site.settle();
    const where = byUuid(network.id as never);
    await site.watcher.transact([{ op: 'update', table: 'Logical_Switch', where, row: { name: 'broken' } }]);
    const switches = site.watcher.replica.table('Logical_Switch');
    await site.seeNorthbound('the name', () => switches.find(network.id as never)?.name === `neutron-${network.id}`);
    await site.watcher.transact([{ op: 'delete', table: 'Logical_Switch', where }]);
    await site.seeNorthbound('the switch with its ports', () =>
      Boolean(switches.find(network.id as never)?.ports.includes(port.id as never)),
    );
  }));

test('a lower revision never overwrites a higher one (invariant 8)', () =>
  withSite({ northd: false }, async (site) => {
    const { port } = await aTopology(site);
    await site.settle();
    const where = byUuid(port.id as never);
    const table = 'Logical_Switch_Port';
    await site.watcher.transact([
      { op: 'update', table, where, row: { enabled: false } },
      { op: 'mutate', table, where, mutations: [['external_ids', 'delete', ['sextant:revision']]] },
      { op: 'mutate', table, where, mutations: [['external_ids', 'insert', { 'sextant:revision': '9' }]] },
    ]);
    site.controller.loops.requestScan();
    assert.equal(await site.settle(), 0);
    assert.equal(site.watcher.replica.table(table).find(port.id as never)?.enabled, false);
  }));
