import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newUuid } from '../base/index.ts';
import { hostPrefix } from '../ip/index.ts';
import type { Key } from '../kit/index.ts';
import { byUuid } from '../ovsdb/index.ts';
import { keyText } from '../reconcile/index.ts';
import { type Network, type NetworkId, type Port, type PortId, pairScope, type RouterId } from '../resources/index.ts';
import {
  address,
  aNetwork,
  anInterface,
  aPort,
  aRouter,
  aSubnet,
  aWorld,
  mac,
  type Objects,
  prefix,
} from './testing/builders.ts';
import { keysOf, targetOfStore, withNorthbound } from './testing/real-northbound.ts';

const netId = '11111111-1111-4111-8111-111111111111' as NetworkId;
const portId = '22222222-2222-4222-8222-222222222222' as PortId;
const routerId = '33333333-3333-4333-8333-333333333333' as RouterId;
const lrpId = '44444444-4444-4444-8444-444444444444' as PortId;

function aRoutedPair() {
  const wide = aNetwork({ id: netId, name: 'wide', mtuBytes: 1442, tunnelKey: 10 });
  const narrow = aNetwork({ name: 'narrow', mtuBytes: 1280, tunnelKey: 11 });
  const router = aRouter({
    id: routerId,
    routes: [{ destination: prefix('2001:db8:f::/48'), nexthop: address('2001:db8:1::9') }],
  });
  const on = (network: Network, cidr: string) => aSubnet({ networkId: network.id, cidr: prefix(cidr) });
  const [one, two] = [on(wide, '2001:db8:1::/64'), on(wide, '2001:db8:2::/64')];
  const three = on(narrow, '2001:db8:3::/64');
  const wideInterface = {
    ...anInterface(router, wide, [
      [one, '2001:db8:1::1'],
      [two, '2001:db8:2::1'],
    ]),
    id: lrpId,
    macAddress: mac('fa:16:3e:00:00:fe'),
  };
  const narrowInterface = anInterface(router, narrow, [[three, '2001:db8:3::1']]);
  const guest = aPort({
    id: portId,
    networkId: netId,
    macAddress: mac('fa:16:3e:00:00:01'),
    fixedIps: [{ subnetId: one.id, ipAddress: address('2001:db8:1::10') }],
    hostId: 'h1',
  });
  const objects = {
    networks: [wide, narrow],
    subnets: [one, two, three],
    routers: [router],
    ports: [wideInterface, narrowInterface, guest],
  };
  return { objects, wide, narrow, router, wideInterface, narrowInterface, guest, one, two };
}

test('writes a routed pair of networks whole, and finds nothing to do the second time', () =>
  withNorthbound(async (nb) => {
    const { objects, one, two, narrowInterface } = aRoutedPair();
    await nb.converge(objects);
    const { replica } = nb.stranger;
    assert.deepEqual(
      { ...replica.table('Logical_Switch').find(netId), ports: undefined },
      {
        _uuid: netId,
        name: `neutron-${netId}`,
        acls: [],
        qos_rules: [],
        load_balancer: [],
        load_balancer_group: [],
        dns_records: [],
        copp: undefined,
        forwarding_groups: [],
        other_config: { mcast_snoop: 'false', 'requested-tnl-key': '10' },
        external_ids: {
          'neutron:mtu': '1442',
          'neutron:network_name': 'wide',
          'sextant:owner': `network/${netId}`,
          'sextant:revision': '1',
        },
        ports: undefined,
      },
    );
    assert.deepEqual(new Set(replica.table('Logical_Switch').find(netId)?.ports), new Set([portId, lrpId]));
    assert.deepEqual(replica.table('Logical_Switch_Port').find(portId), {
      _uuid: portId,
      name: portId,
      type: '',
      addresses: ['fa:16:3e:00:00:01 2001:db8:1::10'],
      port_security: [],
      parent_name: undefined,
      tag_request: undefined,
      enabled: true,
      options: { 'requested-chassis': 'h1' },
      external_ids: {
        'neutron:device_id': '',
        'neutron:device_owner': '',
        'neutron:network_name': `neutron-${netId}`,
        'neutron:port_name': 'port',
        'neutron:project_id': 'blue',
        'sextant:owner': `port/${portId}`,
        'sextant:revision': '1',
      },
    });
    assert.deepEqual(replica.table('Logical_Router_Port').find(lrpId), {
      _uuid: lrpId,
      name: `lrp-${lrpId}`,
      mac: 'fa:16:3e:00:00:fe',
      networks: ['2001:db8:1::1/64', '2001:db8:2::1/64'],
      enabled: true,
      options: {},
      ipv6_ra_configs: {},
      external_ids: {
        'neutron:network_name': `neutron-${netId}`,
        'neutron:router_name': `neutron-${routerId}`,
        'neutron:subnet_ids': `${one.id} ${two.id}`,
        'sextant:owner': `port/${lrpId}`,
        'sextant:revision': '1',
      },
    });
    assert.deepEqual(replica.table('Logical_Router_Port').find(narrowInterface.id)?.options, { gateway_mtu: '1280' });
    assert.deepEqual(replica.table('Logical_Switch_Port').find(lrpId)?.options, { 'router-port': `lrp-${lrpId}` });
    const router = replica.table('Logical_Router').find(routerId);
    assert.deepEqual(
      [router?.name, router?.enabled, router?.options],
      [
        `neutron-${routerId}`,
        true,
        {
          always_learn_from_arp_request: 'false',
          dynamic_neigh_routers: 'true',
          'requested-tnl-key': router?.options['requested-tnl-key'],
        },
      ],
    );
    const [route] = replica.table('Logical_Router_Static_Route').rows();
    assert.deepEqual([route?.ip_prefix, route?.nexthop], ['2001:db8:f::/48', '2001:db8:1::9']);
    assert.deepEqual(await nb.converge(objects), []);
  }));

test('changes only the columns that differ, and removes rows of what is gone', () =>
  withNorthbound(async (nb) => {
    const { objects, guest, router, wideInterface } = aRoutedPair();
    await nb.converge(objects);
    const renamed = { ...guest, revision: 2, adminStateUp: false };
    const operations = await nb.converge({ ...objects, ports: [renamed] }, [{ kind: 'port', id: portId }]);
    assert.deepEqual(
      operations.map((operation) => operation.op),
      ['wait', 'wait', 'update', 'mutate'],
    );
    const without = { ...objects, routers: [], ports: [renamed] };
    await nb.converge(without, keysOf(objects));
    const { replica } = nb.stranger;
    assert.deepEqual([replica.table('Logical_Router').size, replica.table('Logical_Router_Port').size], [0, 0]);
    assert.deepEqual(replica.table('Logical_Switch').find(netId)?.ports, [portId]);
    assert.equal(replica.table('Logical_Switch_Port').find(wideInterface.id), undefined);
    assert.equal(replica.table('Logical_Router_Static_Route').size, 0, `routes of ${router.id}`);
    await nb.converge({}, keysOf(objects));
    assert.deepEqual([replica.table('Logical_Switch').size, replica.table('Logical_Switch_Port').size], [0, 0]);
  }));

test('leaves foreign rows, and the foreign parts of its own rows, alone', () =>
  withNorthbound(async (nb) => {
    const { objects, guest } = aRoutedPair();
    await nb.converge(objects);
    const [foreign, foreignPort] = [newUuid(), newUuid()];
    await nb.write(
      { op: 'insert', table: 'Logical_Switch', uuid: foreign, row: { name: `neutron-${newUuid()}` } },
      { op: 'insert', table: 'Logical_Switch_Port', uuid: foreignPort, row: { name: 'localnet', type: 'localnet' } },
      {
        op: 'mutate',
        table: 'Logical_Switch',
        where: byUuid(netId),
        mutations: [
          ['ports', 'insert', [foreignPort]],
          ['other_config', 'insert', { 'vlan-passthru': 'true' }],
          ['external_ids', 'insert', { note: 'mine' }],
        ],
      },
    );
    await nb.converge(objects);
    const owned = [...keysOf(objects), { kind: 'filtered-ports', id: 'all' }];
    assert.deepEqual(nb.target.listKeys().map(keyText).sort(), owned.map(keyText).sort());
    await nb.converge({ ...objects, ports: [], routers: [] }, [...keysOf(objects), { kind: 'port', id: foreignPort }]);
    const kept = nb.stranger.replica.table('Logical_Switch').find(netId);
    assert.deepEqual(kept?.ports, [foreignPort]);
    assert.deepEqual([kept?.other_config['vlan-passthru'], kept?.external_ids.note], ['true', 'mine']);
    assert.equal(nb.stranger.replica.table('Logical_Switch').size, 3);
    assert.equal(nb.stranger.replica.table('Logical_Switch_Port').find(guest.id), undefined);
  }));

test('a lower revision never overwrites a higher one', () =>
  withNorthbound(async (nb) => {
    const { objects, guest } = aRoutedPair();
    await nb.converge({ ...objects, ports: [{ ...guest, revision: 5, adminStateUp: false }] });
    assert.deepEqual(await nb.converge({ ...objects, ports: [{ ...guest, revision: 4 }] }), []);
    const stale = await nb.target.plan(
      await aWorld({ ...objects, ports: [{ ...guest, revision: 6 }] }, keysOf(objects)),
    );
    await nb.write({
      op: 'mutate',
      table: 'Logical_Switch_Port',
      where: byUuid(portId),
      mutations: [
        ['external_ids', 'delete', ['sextant:revision']],
        ['external_ids', 'insert', { 'sextant:revision': '7' }],
      ],
    });
    const applied = await nb.target.apply(stale);
    assert.equal(!applied.ok && applied.error.kind, 'conflict');
    assert.equal(nb.stranger.replica.table('Logical_Switch_Port').find(portId)?.enabled, false);
  }));

test('a port whose switch was taken away by others comes back with it', () =>
  withNorthbound(async (nb) => {
    const { objects } = aRoutedPair();
    await nb.converge(objects);
    const heard: string[] = [];
    nb.target.follow({ onSnapshot() {}, onChange: (keys) => heard.push(...keys.map(keyText)) });
    await nb.write({ op: 'delete', table: 'Logical_Switch', where: byUuid(netId) });
    assert.deepEqual(new Set(heard), new Set([`network/${netId}`, `port/${portId}`, `port/${lrpId}`]));
    await nb.converge(objects, [{ kind: 'port', id: portId }]);
    assert.deepEqual(nb.stranger.replica.table('Logical_Switch').find(netId)?.ports, [portId]);
  }));

test('has OVN learn which MACs are behind a port without port security, or with other MACs in its address pairs', () =>
  withNorthbound(async (nb) => {
    const network = aNetwork({ id: netId });
    const pairWith = (text: string) => [{ ipAddress: prefix('2001:db8::/64'), macAddress: mac(text) }];
    const port = aPort({ id: portId, networkId: netId, macAddress: mac('fa:16:3e:00:00:01') });
    const addressesOf = async (differences: Partial<Port>) => {
      await nb.converge({ networks: [network], ports: [{ ...port, ...differences }] });
      return nb.stranger.replica.table('Logical_Switch_Port').find(portId)?.addresses;
    };
    const isLearned = ['fa:16:3e:00:00:01', 'unknown'];
    assert.deepEqual(await addressesOf({ revision: 2, portSecurityEnabled: false }), isLearned);
    const own = { allowedAddressPairs: pairWith('fa:16:3e:00:00:01') };
    assert.deepEqual(await addressesOf({ revision: 3, ...own }), ['fa:16:3e:00:00:01']);
    const shared = { allowedAddressPairs: pairWith('00:00:5e:00:02:01') };
    assert.deepEqual(await addressesOf({ revision: 4, ...shared }), isLearned);
  }));

test('has OVN answer for no address that a port reserves for others, until it is bound to a host itself', () =>
  withNorthbound(async (nb) => {
    const network = aNetwork({ id: netId });
    const shared = address('2001:db8:1::99');
    const fixedIps = ['2001:db8:1::98', '2001:db8:1::99'].map((text) => {
      return { subnetId: aSubnet().id, ipAddress: address(text) };
    });
    const reserving = aPort({ id: portId, networkId: netId, macAddress: mac('fa:16:3e:00:00:01'), fixedIps });
    const pairs = [{ ipAddress: hostPrefix(shared), macAddress: mac('fa:16:3e:00:00:02') }];
    const member = aPort({ networkId: netId, macAddress: mac('fa:16:3e:00:00:02'), allowedAddressPairs: pairs });
    const both = 'fa:16:3e:00:00:01 2001:db8:1::98 2001:db8:1::99';
    const own = 'fa:16:3e:00:00:01 2001:db8:1::98';
    const other = aNetwork();
    const addressesWith = async (ports: readonly Port[], ...keys: readonly Key[]) => {
      await nb.converge({ networks: [network, other], ports }, keys.length > 0 ? keys : undefined);
      return nb.stranger.replica.table('Logical_Switch_Port').find(portId)?.addresses;
    };
    assert.deepEqual(await addressesWith([reserving, { ...member, networkId: other.id }]), [both]);
    const paired = { kind: 'paired-address', id: pairScope(netId, shared) };
    assert.deepEqual(await addressesWith([reserving, member], paired), [own]);
    assert.deepEqual(await addressesWith([{ ...reserving, revision: 2, hostId: 'h1' }, member]), [both]);
    const unbound = { ...reserving, revision: 3 };
    assert.deepEqual(await addressesWith([unbound, member]), [own]);
    assert.deepEqual(await addressesWith([unbound], paired), [both]);
  }));

test('has OVN know the addresses that a guest was granted, those apart that mean it on its own link only', () =>
  withNorthbound(async (nb) => {
    const guest = aPort({ networkId: netId, macAddress: mac('fa:16:3e:00:00:0b') });
    const open = aPort({ networkId: netId, portSecurityEnabled: false });
    const objects: Objects = { networks: [aNetwork({ id: netId })], ports: [guest, open] };
    const granted = ['2001:db8:1::b', 'fe80::b'].map(address);
    const bound = new Map([guest, open].map(({ id }) => [id, granted]));
    await nb.converge({ ...objects, bound });
    const addresses = ({ id }: Port) => nb.stranger.replica.table('Logical_Switch_Port').find(id)?.addresses;
    assert.deepEqual(addresses(guest), ['fa:16:3e:00:00:0b 2001:db8:1::b']);
    assert.deepEqual(addresses(open), [open.macAddress, 'unknown']);
    assert.deepEqual(await nb.converge({ ...objects, bound }), []);
    await nb.converge(objects, [{ kind: 'port', id: guest.id }]);
    assert.deepEqual(addresses(guest), ['fa:16:3e:00:00:0b']);
  }));

test('treats a port that was made for a router as a guest’s until a router has it', () =>
  withNorthbound(async (nb) => {
    const network = aNetwork({ id: netId });
    const meant = aPort({ id: portId, networkId: netId, deviceOwner: 'network:router_interface' });
    await nb.converge({ networks: [network], ports: [meant] });
    const row = () => nb.stranger.replica.table('Logical_Switch_Port').find(portId);
    assert.deepEqual([row()?.type, row()?.options, row()?.addresses], ['', {}, [meant.macAddress]]);
    const router = aRouter({ id: routerId });
    const attached = { ...meant, deviceId: routerId, revision: 2 };
    await nb.converge({ networks: [network], routers: [router], ports: [attached] });
    assert.deepEqual(
      [row()?.type, row()?.options, row()?.addresses],
      ['router', { 'router-port': `lrp-${portId}` }, ['router']],
    );
  }));

test('of two stores that take an empty NB at the same moment one has it, and the other writes nothing', () =>
  withNorthbound(async (nb) => {
    const late = await targetOfStore(nb.database);
    const { objects } = aRoutedPair();
    const [first, second] = [
      await nb.target.plan(await aWorld(objects, keysOf(objects))),
      await late.plan(await aWorld({ networks: [aNetwork({ name: 'theirs' })] }, [])),
    ];
    assert.deepEqual([nb.target.ready(), late.ready()], [true, true]);
    assert.deepEqual(await nb.target.apply(first), { ok: true, value: undefined });
    const refused = await late.apply(second);
    assert.equal(!refused.ok && refused.error.kind, 'conflict');
    assert.deepEqual([nb.target.ready(), late.ready()], [true, false]);
    // A plan that was made before the mark changed fails, too.
    const stale = await nb.target.plan(await aWorld({}, keysOf(objects)));
    await nb.write({
      op: 'update',
      table: 'NB_Global',
      where: [],
      row: { external_ids: { 'sextant:store': newUuid() } },
    });
    const answer = await nb.target.apply(stale);
    assert.equal(!answer.ok && answer.error.kind, 'conflict');
    assert.equal(nb.stranger.replica.table('Logical_Switch').size, 2);
  }));

test('marks a free NB before the first rows, so that no plan fails on who makes NB_Global', () =>
  withNorthbound(async ({ database, target, stranger }) => {
    const compared = Promise.withResolvers<void>();
    const stop = target.follow({ onSnapshot: compared.resolve, onChange: () => {} });
    await compared.promise;
    const [row] = database.replica.table('NB_Global').rows();
    assert.ok(row?.external_ids['sextant:store']);
    const change = { op: 'update', table: 'NB_Global', where: [], row: { name: 'as northd would' } } as const;
    assert.ok((await stranger.transact([change])).ok);
    const objects = { networks: [aNetwork()] };
    const operations = await target.plan(await aWorld(objects, keysOf(objects)));
    assert.deepEqual(await target.apply(operations), { ok: true, value: undefined });
    stop();
  }));
