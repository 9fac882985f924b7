import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import { type Address, addressAt, formatAddress } from '../../src/ip/index.ts';
import type { Context, Eyes, Site } from '../contract.ts';
import { expect, type Note } from '../probe.ts';
import { removeAddress, usedAddresses } from './detection.ts';
import { aMac, anAddress, aPrefix } from './frames.ts';
import { poisonedEntries, type Suspect } from './onlookers.ts';
import { deny, impersonate, type Train, takeOver } from './trains.ts';
import { openWatch } from './watch.ts';
import { addressOf, createWorkbench, ownAddresses, type PluggedPort } from './workbench.ts';

/** A guest that tries again and again to have what is another guest's. */
interface Impersonation {
  readonly attacker: PluggedPort;
  readonly victim: PluggedPort;
  /** Honest guests on the attacker's host and on another, the victim among them. */
  readonly onlookers: readonly PluggedPort[];
  readonly eyes: Eyes | undefined;
  readonly note: Note;
}

const prefix = '2001:db8:15:1::/64';
/** Trains of each kind. */
const rounds = 2;
/** Longest pause within a train; most are much shorter, as races are won within milliseconds. */
const longestPause = 800;

/** One guest is after the addresses of a guest on its own host and of one on another host. */
export async function checkImpersonation(context: Context): Promise<void> {
  await checkTrains(context, { site: context, scene: await makeScene(context, context), when: 'trains' });
}

/** The same on a site of its own, whose controller has ended after the guests came up. */
export async function checkImpersonationInOutage(context: Context): Promise<void> {
  const site = await context.findSite({ isOwn: true });
  const when = 'trains while no controller runs';
  if (!site?.outage) return context.probe.skip(when, 'the controllers of this cloud are not to be ended');
  const scene = await makeScene(context, site);
  await site.outage.begin();
  try {
    await checkTrains(context, { site, scene, when });
  } finally {
    await site.outage.end();
  }
}

/** Each attacker has a victim of its own, so that counters of its port tell of nothing else. */
interface Scene {
  readonly near: Pair;
  readonly far: Pair;
}

interface Pair {
  readonly attacker: PluggedPort;
  readonly victim: PluggedPort;
}

async function makeScene(context: Context, site: Site): Promise<Scene> {
  const [here, there] = site.guests.hosts;
  const bench = createWorkbench(context, { site });
  const network = await bench.network();
  await bench.subnet(network, { cidr: prefix, ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' });
  const makePair = async (host: string): Promise<Pair> => {
    const [attacker, victim] = await Promise.all([
      bench.plug({ host: here, network }),
      bench.plug({ host, network, settings: { use_tempaddr: 2 } }),
    ]);
    for (const { guest, port } of [attacker, victim]) await guest.waitForAddress({ address: addressOf(port) });
    return { attacker, victim };
  };
  const [near, far] = await Promise.all([makePair(here), makePair(there)]);
  return { near, far };
}

interface Attempt {
  readonly site: Site;
  readonly scene: Scene;
  readonly when: string;
}

/** Both victims at the same time. */
async function checkTrains({ probe }: Context, { site: { eyes }, scene: { near, far }, when }: Attempt): Promise<void> {
  const onlookers = [near.victim, far.victim];
  const attempts = [
    { where: 'on this host', pair: near },
    { where: 'on another host', pair: far },
  ];
  await Promise.all(
    attempts.map(({ where, pair }) =>
      probe.part(
        `${when}: a guest ${where} is not impersonated, cut off or denied an address`,
        (note) => expectTrainsRepelled({ ...pair, onlookers, eyes, note }),
        { essential: true },
      ),
    ),
  );
}

/**
 * Trains of claim, advertisement and data at random moments, for an address that the victim has, for one that it has just
 * taken, and for one that it is detecting. Nothing that the attacker says of them arrives, in no neighbour table it stands,
 * the victim has and keeps them all, and a counter of the attacker's port shows each train.
 */
async function expectTrainsRepelled(impersonation: Impersonation): Promise<void> {
  const { attacker, onlookers, note } = impersonation;
  const suspect: Suspect = { mac: aMac(attacker.port.mac_address), owned: new Set(ownAddresses(attacker)) };
  const watch = await openWatch(attacker, onlookers);
  for (let round = 0; round < rounds; round += 1)
    for (const [kind, run] of Object.entries(kinds)) await expectNothingGained(impersonation, suspect, { kind, run });
  const { delivered, diverted, examples } = await watch.judge(suspect);
  for (const example of examples) note(example);
  note(`${delivered} frames of the attacker in a foreign name arrived, ${diverted} for others came to it`);
  expect(delivered === 0, `${delivered} frames arrived from or about addresses that the attacker does not own`);
  expect(diverted === 0, `${diverted} frames for others came to the attacker`);
}

/** Runs one train. Answers the address that it was for. */
type Run = (train: Train) => Promise<string>;

const kinds: Readonly<Record<string, Run>> = {
  async 'an address in use'(train) {
    const all = await usedAddresses(train.victim);
    const address = all[randomInt(all.length)] ?? '::';
    await impersonate(train, anAddress(address));
    return address;
  },
  async 'an address just taken'(train) {
    const address = anyAddress();
    const detection = await takeOver(train, address, () => delay(1_000 + randomInt(600)));
    expect(detection === 'unique', `the victim’s detection of ${formatAddress(address)} ended ${detection}`);
    return formatAddress(address);
  },
  async 'an address being detected'(train) {
    const address = anyAddress();
    const detection = await deny(train, address);
    expect(detection === 'unique', `the victim’s detection of ${formatAddress(address)} ended ${detection}`);
    return formatAddress(address);
  },
};

async function expectNothingGained(
  { attacker, victim, onlookers, eyes, note }: Impersonation,
  suspect: Suspect,
  { kind, run }: { readonly kind: string; readonly run: Run },
): Promise<void> {
  const before = await eyes?.countDrops(attacker.port);
  const pauses: number[] = [];
  const pause = () => {
    pauses.push(Math.round(longestPause * Math.random() ** 4));
    return delay(pauses.at(-1));
  };
  const address = await run({ attacker, victim, onlookers, pause });
  const poisoned = (await Promise.all(onlookers.map(({ guest }) => poisonedEntries(guest, suspect)))).flat();
  const dropped = await waitForDrops(eyes, attacker, before);
  note(`${kind}: ${address}, pauses of ${pauses.slice(0, 5).join(', ')} ms, ${dropped ?? 'unknown'} drops counted`);
  expect(poisoned.length === 0, `${poisoned.map((entry) => entry.address).join(', ')} resolved to the attacker`);
  await expectReached(victim, onlookers, address);
  expect(dropped === undefined || dropped > 0, `no counter of the attacker’s port shows the train for ${address}`);
  if (kind !== 'an address in use') await removeAddress(victim, address);
}

/** Counters lag behind the datapath. Undefined where nothing counts drops. */
async function waitForDrops(
  eyes: Eyes | undefined,
  { port }: PluggedPort,
  before: number | undefined,
): Promise<number | undefined> {
  if (!eyes || before === undefined) return undefined;
  let dropped = 0;
  const some = async () => {
    dropped = (await eyes.countDrops(port)) - before;
    return dropped > 0;
  };
  await waitFor('a drop to be counted', some, { within: milliseconds(5_000) }).catch(() => undefined);
  return dropped;
}

async function expectReached(victim: PluggedPort, onlookers: readonly PluggedPort[], address: string): Promise<void> {
  const [from] = onlookers.filter((one) => one !== victim);
  if (!from) return;
  const target = address.startsWith('fe80:') ? `${address}%${from.interface}` : address;
  const isReached = await from.guest.reaches(target, { withinMilliseconds: 10_000 });
  expect(isReached, `${victim.guest.name} is not reached at ${address} any more`);
}

/** One that nobody has, by all odds. */
function anyAddress(): Address {
  return addressAt(aPrefix(prefix), 0x1000_0000_0000n + BigInt(randomInt(2 ** 47)));
}
