import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milliseconds, newUuid, waitFor } from '../../src/base/index.ts';
import { type Client, unwrap } from '../../src/client/index.ts';
import { northbound } from '../../src/ovn/index.ts';
import { type Endpoint, openDatabase } from '../../src/ovsdb/index.ts';
import { portTable } from '../../src/resources/index.ts';
import { openStore } from '../../src/store/index.ts';
import { withGround } from './site.ts';

async function aNetwork(api: Client) {
  const network = unwrap(await api.networks.create({ name: 'load' }));
  unwrap(await api.subnets.create({ network_id: network.id, ip_version: 6, cidr: '2001:db8:9::/64' }));
  return network;
}

test('a change commits with its outbox key or not at all (invariant 2)', () =>
  withGround({}, async ({ nb, sb, database, startController }) => {
    const controller = await startController();
    await Promise.all([nb.kill(), sb.kill()]);
    const network = await aNetwork(controller.api);
    const fixed_ips = [{ ip_address: '2001:db8:9::7' }];
    const port = unwrap(await controller.api.ports.create({ network_id: network.id, fixed_ips }));
    const twin = await controller.api.ports.create({ network_id: network.id, fixed_ips });
    assert.equal(twin.ok, false, 'the address is taken');
    await controller.kill('SIGKILL');
    const store = await openStore({ database });
    const keys = await store.outbox.takeDirty();
    const ports = await store.reader.list(portTable, { where: { kind: 'all', of: [] } });
    await store.close();
    const dirtyPorts = keys.filter(({ kind }) => kind === 'port').map(({ id }) => id);
    assert.deepEqual([dirtyPorts, ports.map(({ id }) => id as string)], [[port.id], [port.id]]);
  }));

test('killed -9 under load: every answered 201 is in the store and reaches NB', () =>
  withGround({}, async ({ nb, startController }) => {
    const first = await startController();
    const network = await aNetwork(first.api);
    const answered: string[] = [];
    const post = async () => {
      for (;;) {
        const port = await first.api.ports.create({ network_id: network.id, name: newUuid() });
        if (!port.ok) return;
        answered.push(port.value.id);
      }
    };
    const load = Array.from({ length: 8 }, post);
    await waitFor('some load', () => answered.length > 200, { within: milliseconds(20_000) });
    await first.kill('SIGKILL');
    await Promise.all(load);
    const second = await startController();
    const stored = new Set(unwrap(await second.api.ports.list({ fields: 'id' })).map(({ id }) => id));
    assert.deepEqual(
      answered.filter((id) => !stored.has(id)),
      [],
    );
    await seeExactly(nb.unix, stored);
  }));

/** Waits until NB has these ports and no others. */
async function seeExactly(endpoint: Endpoint, portIds: ReadonlySet<string>): Promise<void> {
  const select = { Logical_Switch_Port: { columns: ['name'] } } as const;
  const eyes = openDatabase({ schema: northbound.schema, endpoints: [endpoint], select });
  try {
    await eyes.synchronised();
    const rows = eyes.replica.table('Logical_Switch_Port');
    const seesAll = () => [...portIds].every((id) => rows.find(id as never));
    await waitFor('every port in NB', seesAll, { within: milliseconds(20_000) });
    assert.equal(rows.size, portIds.size);
  } finally {
    await eyes.close();
  }
}
