import { aMac, anAddress } from '../../gaps/workbench/frames.ts';
import { poisonedEntries, type Suspect } from '../../gaps/workbench/onlookers.ts';
import { openWatch } from '../../gaps/workbench/watch.ts';
import { ownAddresses } from '../../gaps/workbench/workbench.ts';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import { prefixContains } from '../../src/ip/index.ts';
import type { Random } from '../chaos/random.ts';
import { countAll, describeDrops, readDrops } from './drops.ts';
import { describeHarm, type Harm, isHarmless, sumHarm } from './harm.ts';
import { type Aftermath, type Line, randomPause, type Stage } from './line.ts';
import type { Pair, Scene } from './scene.ts';
import { foreignRoutes, routerPoison } from './tables.ts';

/** One line of the list, tried by one attacker. */
export interface Story {
  readonly line: Line;
  readonly scene: Scene;
  readonly pair: Pair;
  readonly random: Random;
  readonly longestGap: number;
  /** Addresses that the attacker has come to own so far. */
  readonly owned: Set<string>;
  readonly ownedUntil: Map<string, number>;
  /** What was found in tables so far: an entry stays for a while, and counts once. */
  readonly poison: Set<string>;
  /** Trains so far. */
  trains: number;
}

/** What a story came to. */
export interface Outcome {
  readonly line: Line;
  readonly placement: Pair['placement'];
  readonly trains: number;
  readonly harm: Harm;
  /** What the host has counted of the attacker's port meanwhile, by reason. */
  readonly drops: string;
}

/** Called with each harmful train as it ends, and with some of the frames that should not have arrived. */
export type Tell = (text: string) => void;

/** The story of an attacker that has not begun. */
export function beginStory(line: Line, scene: Scene, pair: Pair, setting: Pick<Story, 'random' | 'longestGap'>): Story {
  const owned = new Set(ownAddresses(pair.attacker));
  return { line, scene, pair, ...setting, owned, ownedUntil: new Map(), poison: new Set(), trains: 0 };
}

/** Runs some trains, and judges each as it ends, and all that was delivered when all have ended. */
export async function runTrains(story: Story, trains: number, tell: Tell): Promise<Outcome> {
  const { line, scene, pair } = story;
  const count = Math.min(trains, line.trains ?? trains);
  const watch = await openWatch(pair.attacker, [pair.victim, ...scene.observers]);
  const before = await readDrops(scene.lab, pair.attackerHost, pair.attacker.port);
  const harms: Partial<Harm>[] = [];
  for (let index = 0; index < count; index += 1) {
    const harm = await runTrain(story, (text) => tell(`${line.number} ${pair.placement}: ${text}`));
    if (!isHarmless(harm)) tell(`${line.number} ${pair.placement}, train ${story.trains - 1}: ${describeHarm(harm)}`);
    harms.push(harm);
  }
  const { examples, ...arrived } = await watch.judge(suspectOf(story));
  for (const example of examples) tell(`${line.number} ${pair.placement} arrived: ${example}`);
  harms.push(arrived);
  const after = await readDrops(scene.lab, pair.attackerHost, pair.attacker.port);
  const { placement } = pair;
  return { line, placement, trains: count, harm: sumHarm(harms), drops: describeDrops(after, before) };
}

async function runTrain(story: Story, tell: Tell): Promise<Harm> {
  const { line, scene, pair, random, longestGap, owned, ownedUntil } = story;
  const number = story.trains;
  story.trains += 1;
  const countDrops = async () => countAll(await readDrops(scene.lab, pair.attackerHost, pair.attacker.port));
  const before = await countDrops();
  const onlookers = [pair.victim, ...scene.observers];
  const stage: Stage = {
    ...pair,
    onlookers,
    scene,
    number,
    random,
    owned,
    ownedUntil,
    pause: randomPause(random, longestGap),
  };
  const aftermath = await line.train(stage);
  try {
    const poisoned = await findPoisoned(story);
    for (const entry of poisoned) tell(`poisoned: ${entry}`);
    const cutOff = await countCutOff(story, aftermath);
    const isCounted = line.isUncounted || aftermath.isSilent || (await differs(countDrops, before));
    return sumHarm([aftermath.harm ?? {}, { poisoned: poisoned.length, cutOff, uncounted: isCounted ? 0 : 1 }]);
  } finally {
    await aftermath.undo?.();
  }
}

/** Waits for a reading that is not the one before: agents read every few seconds, and a switch that restarts counts from 0. */
function differs(read: () => Promise<number>, before: number): Promise<boolean> {
  const isOther = async () => (await read()) !== before;
  return waitFor('other counters', isOther, { within: milliseconds(12_000), every: milliseconds(200) }).catch(
    () => false,
  );
}

function suspectOf({ pair: { attacker }, owned, ownedUntil }: Story): Suspect {
  return { mac: aMac(attacker.port.mac_address), owned, ownedUntil };
}

/** Entries that are new since the train before. */
async function findPoisoned(story: Story): Promise<readonly string[]> {
  const { scene, pair, poison } = story;
  const suspect = suspectOf(story);
  const found = await Promise.all([
    routerPoison(scene, suspect).then((all) => all.map((entry) => `router ${entry}`)),
    ...[pair.victim, ...scene.observers].map(async ({ guest }) => {
      const entries = (await poisonedEntries(guest, suspect)).map(({ address }) => address);
      return [...entries, ...(await foreignRoutes(guest, scene))].map((entry) => `${guest.name} ${entry}`);
    }),
  ]);
  const fresh = found.flat().filter((entry) => !poison.has(entry));
  for (const entry of fresh) poison.add(entry);
  return fresh;
}

/** Addresses of honest guests that an honest guest on any host does not reach, or the one behind the router does not. */
async function countCutOff({ scene, random }: Story, { reachable = [], beyondRouter }: Aftermath): Promise<number> {
  const near = random.pick(scene.observers);
  const paths = reachable.flatMap((address) => [
    { from: near, to: address.startsWith('fe80:') ? `${address}%${near.interface}` : address },
    ...(beyondRouter && isRouted(scene, address) ? [{ from: scene.outside, to: address }] : []),
  ]);
  const reached = await Promise.all(
    paths.map(({ from, to }) => from.guest.reaches(to, { withinMilliseconds: 10_000 })),
  );
  return reached.filter((isReached) => !isReached).length;
}

/** Only the scene's own prefix is; the subnet with the link-local gateway has no router. */
function isRouted({ prefix }: Scene, text: string): boolean {
  return prefixContains(prefix, anAddress(text));
}
