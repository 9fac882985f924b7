import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { newUuid, ok, silentLog, systemClock, type Uuid, waitFor } from '../base/index.ts';
import { type Change, insertRow } from '../kit/index.ts';
import { southbound } from '../ovn/index.ts';
import { type Operation, openDatabase } from '../ovsdb/index.ts';
import { startServer } from '../ovsdb/testing/index.ts';
import { Engine } from '../reconcile/index.ts';
import { networkTable, type Port, type PortId, portTable, routerInterfaceOwner } from '../resources/index.ts';
import { openStore } from '../store/index.ts';
import { aNetwork, aPort } from '../store/testing/builders.ts';
import { openSouthbound } from './database.ts';
import { followBindings } from './forwarding.ts';
import { decidePortStatus, statusSource, statusTarget } from './status.ts';

function aPortAt(hostId: string, differences: Partial<Port> = {}): Port {
  return aPort({ hostId, ...differences });
}

test('a port is ACTIVE when OVN has it up and the agent of its host has wired it', () => {
  const up = { isUp: true, chassis: 'h1' };
  const standing = (hostId: string, wiredAt: string[], deviceOwner = '') => {
    const wirings = wiredAt.map((host) => ({ host, revision: 1 }));
    return { hostId, deviceOwner, state: { portId: aPort().id, isUp: false, chassis: undefined, wirings } };
  };
  assert.equal(decidePortStatus(standing('h1', ['h1']), up), 'ACTIVE');
  assert.equal(decidePortStatus({ ...standing('h1', []), state: undefined }, up), 'DOWN');
  assert.equal(decidePortStatus(standing('h1', ['h1']), { isUp: false, chassis: 'h1' }), 'DOWN');
  assert.equal(decidePortStatus(standing('h1', ['h2']), up), 'DOWN', 'wired at the host that it left');
  assert.equal(decidePortStatus(standing('', ['h1']), up), 'ACTIVE', 'bound to none: where OVN has it');
  assert.equal(decidePortStatus(standing('', [], routerInterfaceOwner), up), 'ACTIVE');
});

/** A real SB, written by hand as northd and ovn-controller would, and a status loop over a real store. */
async function withStatus(body: (place: Awaited<ReturnType<typeof openPlace>>) => Promise<void>): Promise<void> {
  const place = await openPlace();
  try {
    await body(place);
  } finally {
    await place.close();
  }
}

async function openPlace() {
  const directory = await mkdtemp(join(tmpdir(), 'status-'));
  const server = await startServer({ schema: '/usr/share/ovn/ovn-sb.ovsschema' });
  const store = await openStore({ database: `sqlite:${join(directory, 'sextant.db')}` });
  const database = openSouthbound({ endpoints: [server.unix] });
  const { replica } = database;
  const target = statusTarget(store, replica);
  const engine = new Engine({ source: statusSource(store), target, clock: systemClock, log: silentLog });
  const mark = (ids: readonly PortId[]) => engine.mark(ids.map((id) => ({ kind: 'port', id })));
  followBindings(replica, { onSnapshot: () => engine.requestScan(), onChange: mark });
  engine.start();
  const ovn = openDatabase({ schema: southbound.schema, endpoints: [server.unix], select: {} });
  await Promise.all([database.synchronised(), ovn.synchronised()]);
  return {
    server,
    store,
    engine,
    async write(...operations: readonly Operation[]) {
      await ovn.synchronised();
      const answer = await ovn.transact(operations);
      assert.ok(answer.ok, JSON.stringify(answer));
    },
    async insert(...ports: readonly Port[]) {
      const networks = [...new Set(ports.map(({ networkId }) => networkId))].map((id) => aNetwork({ id }));
      const changes: readonly Change[] = [
        ...networks.map((entity) => insertRow(networkTable, entity)),
        ...ports.map((entity) => insertRow(portTable, entity)),
      ];
      await store.write(async (unit) => ok(await unit.apply(changes, [])));
    },
    async wire(host: string, port: Port) {
      await store.write(async ({ observed }) => ok(await observed.setWired([{ host, portId: port.id, revision: 1 }])));
      mark([port.id]);
    },
    async seeStatus(port: Port, status: Port['status']) {
      await waitFor(`status ${status}`, async () => (await store.reader.find(portTable, port.id))?.status === status);
    },
    async close() {
      await engine.stop();
      await Promise.all([database.close(), ovn.close(), store.close()]);
      await server.stop();
      await rm(directory, { recursive: true });
    },
  };
}

const chassis = newUuid();
const datapath = newUuid();

/** A chassis whose name is not its host's, as on hosts where ovn-controller made the name up. */
const central: readonly Operation[] = [
  { op: 'insert', table: 'Encap', as: 'encap', row: { type: 'geneve', ip: '2001:db8::1', chassis_name: 'c-1' } },
  { op: 'insert', table: 'Chassis', uuid: chassis, row: { name: 'c-1', hostname: 'h1', encaps: ['encap' as Uuid] } },
  { op: 'insert', table: 'Datapath_Binding', uuid: datapath, row: { tunnel_key: 7 } },
];

function binding(port: Port, key: number, row: Readonly<Record<string, string | boolean>>): Operation {
  const common = { logical_port: port.id, datapath, tunnel_key: key };
  return { op: 'insert', table: 'Port_Binding', row: { ...common, ...row } };
}

test('follows what SB and the hosts say, without touching the revision', () =>
  withStatus(async ({ write, insert, wire, seeStatus, store }) => {
    const [guest, router] = [aPortAt('h1'), aPortAt('', { deviceOwner: routerInterfaceOwner, deviceId: newUuid() })];
    await insert(guest, router);
    await write(...central, binding(guest, 1, { chassis, up: true }), binding(router, 2, { type: 'patch' }));
    await seeStatus(router, 'ACTIVE');
    await wire('h1', guest);
    await seeStatus(guest, 'ACTIVE');
    const [state] = await store.reader.observed.portStates([guest.id]);
    assert.deepEqual([state?.isUp, state?.chassis], [true, 'h1']);
    assert.equal((await store.reader.find(portTable, guest.id))?.revision, guest.revision);
    const where = [['logical_port', '==', guest.id]] as const;
    await write({ op: 'update', table: 'Port_Binding', where, row: { up: false } });
    await seeStatus(guest, 'DOWN');
    await write({ op: 'update', table: 'Port_Binding', where, row: { up: true } });
    await seeStatus(guest, 'ACTIVE');
    await write({ op: 'delete', table: 'Port_Binding', where });
    await seeStatus(guest, 'DOWN');
  }));

test('derives the same status again from nothing but what is there, when events were missed', () =>
  withStatus(async ({ server, write, insert, store, engine, seeStatus }) => {
    const guest = aPortAt('h1');
    await insert(guest);
    await write(...central, binding(guest, 1, { chassis, up: true }));
    const wired = [{ host: 'h1', portId: guest.id, revision: 1 }];
    await store.write(async ({ observed }) => ok(await observed.setWired(wired)));
    engine.requestScan();
    await seeStatus(guest, 'ACTIVE');
    await server.kill();
    await server.erase();
    await server.start();
    await seeStatus(guest, 'DOWN');
    await write(...central, binding(guest, 1, { chassis, up: true }));
    await seeStatus(guest, 'ACTIVE');
    await engine.idle();
    const { operations } = engine.progress();
    engine.requestScan();
    await engine.idle();
    assert.equal(engine.progress().operations, operations);
  }));
