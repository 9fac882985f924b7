import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Guest, type Lab, openLab, type Sextant, startSextant } from '../../gaps/lab/index.ts';
import { waitFor } from '../../src/base/index.ts';
import { type Port, unwrap } from '../../src/client/index.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../src/store/testing/postgres-server.ts';
import { addressOf, createNetwork, createPort, patience, startPinging } from './cloud.ts';
import { type Member, startMember } from './member.ts';

const programs = findPostgres();
const skip = programs === undefined && 'PostgreSQL is not installed';

describe('two controllers on one PostgreSQL', { skip }, () => {
  let postgres: PostgresServer;
  let lab: Lab;
  let agents: Sextant;
  let members: readonly [Member, Member];

  before(async () => {
    postgres = await startPostgres(programs ?? '');
    const database = await postgres.createDatabase();
    lab = await openLab({ hosts: 2 });
    members = [await startMember(lab, 'one', database), await startMember(lab, 'two', database)];
    const [one, two] = members;
    agents = await startSextant(lab, { controller: `${one.endpoint},${two.endpoint}` });
  });

  after(async () => {
    await agents?.stop();
    for (const { api, process } of members ?? []) {
      await api.close();
      await process.stop();
    }
    await lab?.close();
    await postgres?.stop();
  });

  test('both serve, whichever the agents speak to, and one is enough when the other is killed', async (t) => {
    const [one, two] = members;
    const { network, subnet } = await createNetwork(one.api, { name: 'blue', cidr: '2001:db8:b::/64' });
    const ports = [
      await createPort(one.api, network, { name: 'a' }),
      await createPort(two.api, network, { name: 'b' }),
    ];
    const [a, b] = [await plug(one, ports[0], 'h1'), await plug(two, ports[1], 'h2')];
    await Promise.all([seeActive(two, ports[0]), seeActive(one, ports[1])]);
    assert.equal(await a.reaches(addressOf(await shown(one, b)), { withinMilliseconds: patience }), true);
    const pinging = startPinging(a, addressOf(await shown(one, b)));
    await pinging.flows();

    await one.process.stop('SIGKILL');
    const router = unwrap(await two.api.routers.create({ name: 'r' }));
    unwrap(await two.api.routers.addRouterInterface(router.id, { subnet_id: subnet.id }));
    await waitFor(
      'the route of the router that the other controller made',
      async () => (await a.routes(6)).some(({ destination }) => destination === 'default'),
      { within: patience },
    );
    const late = await createPort(two.api, network, { name: 'late' });
    const guest = await plug(two, late, 'h1');
    await seeActive(two, late);
    assert.equal(await guest.reaches(addressOf(await shown(two, b)), { withinMilliseconds: patience }), true);

    await one.process.start();
    await seeActive(one, late);
    unwrap(await one.api.ports.delete(late.id));
    await waitFor(
      'the guest of the deleted port to be cut off',
      async () => (await guest.ping(addressOf(await shown(one, b)), { count: 2, waitSeconds: 0.5 })).received === 0,
      { within: patience },
    );
    const { received, lost } = await pinging.stop();
    t.diagnostic(`lost ${lost} of ${lost + received} pings`);
    assert.equal(lost, 0);
  });

  async function plug({ api }: Member, port: Port | undefined, host: string): Promise<Guest> {
    const bound = unwrap(await api.ports.update(port?.id ?? '', { 'binding:host_id': host }));
    return lab.plug({ host, port: bound, name: bound.name, mtu: 1442 });
  }
});

function seeActive({ api }: Member, port: Port | undefined): Promise<true> {
  return waitFor(
    `${port?.name} to be ACTIVE`,
    async () => unwrap(await api.ports.show(port?.id ?? '')).status === 'ACTIVE',
    { within: patience },
  );
}

/** The port of a guest, as one controller shows it. */
async function shown({ api }: Member, guest: Guest): Promise<Port> {
  return unwrap(await api.ports.show(guest.interfaces[0]?.portId ?? ''));
}
