import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import { type Network, unwrap } from '../../src/client/index.ts';
import { addressOf, type Cloud, createNetwork, createPort, openCloud } from './cloud.ts';

const clients = 8;
const deadline = milliseconds(60_000);

describe('while clients keep the API, and other programs every processor busy', () => {
  let cloud: Cloud;
  let blue: Network;
  let isOver = false;
  let load: readonly Promise<void>[] = [];
  let answered = 0;
  let spinning: readonly ChildProcess[] = [];

  before(async () => {
    cloud = await openCloud();
    ({ network: blue } = await createNetwork(cloud.api, { name: 'blue', cidr: '2001:db8:b::/64' }));
    const { network } = await createNetwork(cloud.api, { name: 'load', cidr: '2001:db8:10ad::/64' });
    await fill(network, 1_000);
    load = Array.from({ length: clients }, () => comeAndGo(network));
    spinning = Array.from({ length: availableParallelism() }, spin);
    await waitFor('the load', () => answered > 100, { within: deadline });
  });

  after(async () => {
    isOver = true;
    for (const child of spinning) child.kill('SIGKILL');
    await Promise.all(load);
    await cloud?.close();
  });

  test('OVN goes on: a new port is in its southbound database, and new guests reach each other', async () => {
    const [a, b] = [await createPort(cloud.api, blue, { name: 'a' }), await createPort(cloud.api, blue, { name: 'b' })];
    await waitFor('both ports in SB', () => hasBindings([a.id, b.id]), { within: deadline });
    const [first, second] = [await cloud.plug(a, 'h1'), await cloud.plug(b, 'h2')];
    await second.waitForAddress({ withinMilliseconds: deadline });
    assert.equal(await first.reaches(addressOf(b), { withinMilliseconds: deadline }), true);
    const before = answered;
    await waitFor('the load to go on', () => answered > before + clients, { within: deadline });
  });

  async function comeAndGo(network: Network): Promise<void> {
    while (!isOver) {
      const port = await createPort(cloud.api, network);
      unwrap(await cloud.api.ports.delete(port.id));
      answered += 1;
    }
  }

  async function fill(network: Network, count: number): Promise<void> {
    unwrap(await cloud.api.ports.createMany(Array.from({ length: count }, () => ({ network_id: network.id }))));
  }

  async function hasBindings(portIds: readonly string[]): Promise<boolean> {
    const bound = await cloud.lab.central.sbctl('--bare', '--columns=logical_port', 'list', 'Port_Binding');
    return portIds.every((id) => bound.includes(id));
  }
});

/** In a session of its own: the kernel may share the processors out among sessions first (sched(7)). */
function spin(): ChildProcess {
  return spawn('setpriv', ['--pdeathsig', 'KILL', 'sh', '-c', 'while :; do :; done'], {
    detached: true,
    stdio: 'ignore',
  });
}
