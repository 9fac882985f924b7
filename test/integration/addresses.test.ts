import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Guest } from '../../gaps/lab/index.ts';
import { waitFor } from '../../src/base/index.ts';
import type { Network, Port, Subnet } from '../../src/client/index.ts';
import { addressOf, type Cloud, createNetwork, createPort, openCloud, patience, startPinging } from './cloud.ts';

describe('an address that a guest makes is its port’s, on whichever host, and nobody else’s', () => {
  let cloud: Cloud;
  let blue: { readonly network: Network; readonly subnet: Subnet };
  let owner: { readonly port: Port; readonly guest: Guest };
  let other: { readonly port: Port; readonly guest: Guest };
  const plugged = async (host: string, name: string) => {
    const port = await createPort(cloud.api, blue.network, { name });
    const guest = await cloud.plug(port, host);
    await guest.waitForAddress();
    return { port, guest };
  };

  before(async () => {
    cloud = await openCloud();
    blue = await createNetwork(cloud.api, { name: 'blue', cidr: '2001:db8:b::/64' });
    [owner, other] = await Promise.all([plugged('h1', 'owner'), plugged('h2', 'other')]);
    assert.equal(await owner.guest.reaches(addressOf(other.port), { withinMilliseconds: patience }), true);
  });

  after(() => cloud?.close());

  test('a guest on another host hears of it by its own detection, and the owner never does', async () => {
    await add(owner.guest, '2001:db8:b::a1');
    await willReach(owner.guest, '2001:db8:b::a1', addressOf(other.port));
    await add(other.guest, '2001:db8:b::a1');
    await willFail(other.guest, '2001:db8:b::a1');
    await add(other.guest, addressOf(owner.port));
    await willFail(other.guest, addressOf(owner.port));
    assert.equal(await failed(owner.guest), '');
    await willReach(owner.guest, '2001:db8:b::a1', addressOf(other.port));
    await other.guest.run(['ip', 'addr', 'del', '2001:db8:b::a1/64', 'dev', 'eth0']);
    await other.guest.run(['ip', 'addr', 'del', `${addressOf(owner.port)}/64`, 'dev', 'eth0']);
  });

  test('it goes with the port to another host, where it works at once', async () => {
    const { port, guest } = await plugged('h1', 'wanderer');
    await add(guest, '2001:db8:b::a2');
    await willReach(guest, '2001:db8:b::a2', addressOf(other.port));
    const pings = startPinging(other.guest, '2001:db8:b::a2');
    await pings.flows();
    await guest.remove();
    // As a guest that was copied: it has its addresses, and detects none of them again.
    const copy = await cloud.plug(port, 'h2', { name: 'copy' });
    await add(copy, '2001:db8:b::a2', 'nodad');
    await pings.flows();
    await pings.stop();
    await copy.remove();
  });

  test('it moves to another guest when its own has given it up', async () => {
    await add(owner.guest, '2001:db8:b::a6');
    await willReach(owner.guest, '2001:db8:b::a6', addressOf(other.port));
    await waitFor('NB to have it', async () => {
      const rows = await cloud.lab.central.nbctl('--columns=addresses', 'list', 'Logical_Switch_Port');
      return rows.includes('2001:db8:b::a6');
    });
    await owner.guest.run(['ip', 'addr', 'del', '2001:db8:b::a6/64', 'dev', 'eth0']);
    // The first time may be too soon: one is protected that may still detect the address.
    await waitFor('the address to move', () => takes(other.guest, '2001:db8:b::a6'), { within: patience });
    await willReach(other.guest, '2001:db8:b::a6', addressOf(owner.port));
  });

  test('the API gives it to another port, and the one that had it can send from it no more', async () => {
    const given = '2001:db8:b:0:f816:3eff:fe00:a3';
    await add(owner.guest, given);
    await willReach(owner.guest, given, addressOf(other.port));
    const port = await createPort(cloud.api, blue.network, { name: 'heir', mac_address: 'fa:16:3e:00:00:a3' });
    const isCutOff = async () => !(await reaches(owner.guest, given, addressOf(other.port)));
    await waitFor('the one before to be cut off', isCutOff, { within: patience });
    const guest = await cloud.plug(port, 'h2');
    await guest.waitForAddress({ address: given });
    await other.guest.run(['ip', 'neigh', 'flush', 'dev', 'eth0']); // as any neighbour's cache ends
    await willReach(guest, given, addressOf(other.port));
    await guest.remove();
  });

  test('without a controller it is admitted when nobody defends it, and the controller decides later', async () => {
    const asleep = await plugged('h1', 'asleep');
    // Link-local: a global one OVN would defend, whose guests are down, too.
    await add(asleep.guest, 'fe80::a4');
    await isAdmitted('h1', 'fe80::a4');
    await asleep.guest.remove();
    await cloud.controller.stop('SIGKILL');
    for (const made of ['fe80::a4', '2001:db8:b::a5', '2001:db8:b::a1']) await add(other.guest, made);
    await willFail(other.guest, '2001:db8:b::a1');
    await isAdmitted('h2', '2001:db8:b::a5'); // its peers' groups let it in once the controller knows of it
    await isAdmitted('h2', 'fe80::a4');
    await cloud.controller.start();
    await isAdmitted('h2', 'fe80::a4', false);
    await willReach(other.guest, '2001:db8:b::a5', addressOf(owner.port));
  });

  /** Waits until the switch of a host lets, or does not let, some port of it have the address. */
  const isAdmitted = (host: string, address: string, wanted = true) =>
    waitFor(`${address} on ${host}: ${wanted}`, async () => (await isPinned(host, address)) === wanted, {
      within: patience,
    });
  const isPinned = async (host: string, address: string) => {
    const flows = await cloud.lab.getHost(host).flows('br-hop');
    const [, last = ''] = /::(\w+)$/.exec(address) ?? [];
    return flows.some(({ table, match }) => table === 180 && match.includes(`reg6=0,reg7=0x${last},`));
  };
});

async function add(guest: Guest, address: string, ...flags: readonly string[]): Promise<void> {
  await guest.run(['ip', 'addr', 'add', `${address}/64`, 'dev', 'eth0', ...flags]);
}

/** The addresses whose detection has failed. */
async function failed(guest: Guest): Promise<string> {
  return (await guest.run(['ip', '-6', '-o', 'addr', 'show', 'dev', 'eth0', 'dadfailed'])).stdout.trim();
}

/** Whether the guest's detection of an address succeeds. */
async function takes(guest: Guest, address: string): Promise<boolean> {
  await add(guest, address);
  const isDecided = async () =>
    !(await guest.addresses()).some((one) => one.address === address && one.tentative && !one.dadFailed);
  await waitFor(`the detection of ${address} to end`, isDecided, { within: patience });
  if (!(await failed(guest)).includes(` ${address}/`)) return true;
  await guest.run(['ip', 'addr', 'del', `${address}/64`, 'dev', 'eth0']);
  return false;
}

function willFail(guest: Guest, address: string): Promise<boolean> {
  const isFailed = async () => (await failed(guest)).includes(` ${address}/`);
  return waitFor(`the detection of ${address} to fail`, isFailed, { within: patience });
}

async function reaches(guest: Guest, source: string, target: string): Promise<boolean> {
  const { received } = await guest.ping(target, { count: 1, source }).catch(() => ({ received: 0 }));
  return received > 0;
}

function willReach(guest: Guest, source: string, target: string): Promise<boolean> {
  return waitFor(`${source} to reach ${target}`, () => reaches(guest, source, target), { within: patience });
}
