import { type Address, addressAt, formatAddress } from '../../src/ip/index.ts';
import type { Context, Row } from '../contract.ts';
import { expect, type Note } from '../probe.ts';
import { removeAddress } from '../workbench/detection.ts';
import { discoveryForgeries, type Neighbours } from '../workbench/discovery-attacks.ts';
import { checkDuplicates, type DuplicateScene } from '../workbench/duplicates.ts';
import { aMac, aPrefix, type Station } from '../workbench/frames.ts';
import { expectAllRepelled } from '../workbench/hostile.ts';
import { routerOf } from '../workbench/neighbours.ts';
import { poisonedEntries } from '../workbench/onlookers.ts';
import { expectScanHarmless } from '../workbench/scan.ts';
import { deny } from '../workbench/trains.ts';
import { openWatch } from '../workbench/watch.ts';
import { addressOf, createWorkbench, ownAddresses, type PluggedPort, stationOf } from '../workbench/workbench.ts';

const prefix = '2001:db8:21::/64';
const slaac = { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' } as const;

/** A hostile neighbour claims what belongs to others. */
export const firstHopSecurity: Row = {
  id: '21',
  title: 'IPv6 first-hop security, IPv6 ND spoofing',
  claim:
    'NS, NA, Redirect, DHCPv6-server, MLD-query and DAD-denial attacks change nothing in the tables of any victim or router, from the same host and from others; a DAD for an address in use fails wherever its owner is; a scan of a /64 leaves caches bounded and traffic alive; and each attack shows as a counter on the attacker’s port.',
  source: ['RFC 3756', 'RFC 6583', 'RFC 6620', 'RFC 6957', 'RFC 7513 §4'],
  timeoutSeconds: 180,
  async check(context) {
    const scene = await makeScene(context);
    await checkAttacks(context, scene);
    await checkDenial(context, scene);
    await checkDuplicates(context, scene);
    const { outside, outsideRouter: router } = scene;
    await context.probe.part('a scan of a /64: caches stay small, traffic goes on', (note) =>
      expectScanHarmless({ ...scene, prefix, outside, router, note }),
    );
  },
};

interface Scene extends DuplicateScene {
  /** On another network of the router. */
  readonly outside: PluggedPort;
  readonly outsideRouter: Station;
}

async function makeScene(context: Context): Promise<Scene> {
  const [h1, h2] = context.guests.hosts;
  const bench = createWorkbench(context);
  const [network, beyond] = [await bench.network(), await bench.network()];
  const subnet = await bench.subnet(network, { cidr: prefix, ...slaac });
  await bench.router([subnet, await bench.subnet(beyond, { cidr: '2001:db8:21:2::/64', ...slaac })]);
  const [attacker, near, far, outside] = await Promise.all([
    bench.plug({ host: h1, network }),
    bench.plug({ host: h1, network }),
    bench.plug({ host: h2, network }),
    bench.plug({ host: h2, network: beyond }),
  ]);
  const all = [attacker, near, far, outside];
  await Promise.all(all.map(({ guest, port }) => guest.waitForAddress({ address: addressOf(port) })));
  const [inside, outsideRouter] = await Promise.all([routerOf(near), routerOf(outside)]);
  const routerAddresses = [subnet.gateway_ip ?? '', formatAddress(inside.address)] as const;
  return { bench, network, attacker, near, far, outside, outsideRouter, routerAddresses };
}

async function checkAttacks(context: Context, scene: Scene): Promise<void> {
  const { probe } = context;
  const { attacker, near, far, outside } = scene;
  const victims = [near, far];
  const before = await Promise.all(victims.map(tablesOf));
  const watch = await openWatch(attacker, victims);
  await expectAllRepelled(context, { attacker, victims, forgeries: discoveryForgeries(scene), stationOf });
  const suspect = { mac: aMac(attacker.port.mac_address), owned: new Set(ownAddresses(attacker)) };
  await probe.part('no neighbour, route or address table of a victim has changed', async (note) => {
    const after = await Promise.all(victims.map(tablesOf));
    for (const line of after) note(line);
    expect(after.join() === before.join(), `before: ${before.join('; ')}`);
    const poisoned = (await Promise.all(victims.map(({ guest }) => poisonedEntries(guest, suspect)))).flat();
    expect(poisoned.length === 0, `${poisoned.length} neighbour entries name the attacker`);
  });
  await probe.part('no router sends the attacker what is for a victim', async (note) => {
    for (const { port } of victims) expect(await outside.guest.reaches(addressOf(port)), 'a victim is not reached');
    const { diverted } = await watch.judge(suspect);
    note(`through the router: each victim is reached, ${diverted} frames for others came to the attacker`);
    expect(diverted === 0, `${diverted} frames for others came to the attacker`);
  });
}

/** Addresses and routes. */
async function tablesOf({ guest, interface: name }: PluggedPort): Promise<string> {
  const [addresses, routes] = await Promise.all([guest.addresses(name), guest.routes(6)]);
  const words = [
    ...addresses.map(({ address }) => address),
    ...routes.map(({ destination, gateway }) => (gateway ? `${destination} by ${gateway}` : destination)),
  ];
  return `${guest.name}: ${words.toSorted().join(' ')}`;
}

/** Says "mine", and asks too, all the while that a victim detects duplicates of an address that it takes. */
async function checkDenial({ probe, eyes }: Context, { attacker, near, far }: Neighbours): Promise<void> {
  const onlookers = [near, far];
  const before = await eyes?.countDrops(attacker.port);
  await probe.part('DAD denial: victims take new addresses all the same', async (note) => {
    await Promise.all(
      onlookers.map((victim, index) => expectTaken({ attacker, victim, onlookers }, newAddress(index), note)),
    );
    const dropped = before === undefined ? undefined : ((await eyes?.countDrops(attacker.port)) ?? 0) - before;
    note(`drops at the attacker’s port: ${dropped ?? 'not counted here'}`);
    expect(dropped === undefined || dropped > 0, 'no drop shows at the attacker’s port');
  });
}

async function expectTaken(
  train: Pick<Parameters<typeof deny>[0], 'attacker' | 'victim' | 'onlookers'>,
  address: Address,
  note: Note,
): Promise<void> {
  const detection = await deny({ ...train, pause: async () => {} }, address);
  await removeAddress(train.victim, formatAddress(address));
  note(`the detection of ${formatAddress(address)} by ${train.victim.guest.name} ended ${detection}`);
  expect(detection === 'unique', `${formatAddress(address)} was denied`);
}

function newAddress(index: number): Address {
  return addressAt(aPrefix(prefix), 0xdad_0001n + BigInt(index));
}
