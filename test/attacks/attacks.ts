import { createRandom } from '../chaos/random.ts';
import { bringAbout, type Condition, outages } from './conditions.ts';
import { type Ground, openGround } from './ground.ts';
import type { Line } from './line.ts';
import { makePair, makeScene, placements, type Scene } from './scene.ts';
import { beginStory, type Outcome, runTrains, type Story, type Tell } from './story.ts';

/** How much is tried. The same seed gives the same trains with the same pauses. */
export interface AttackOptions {
  readonly seed: number;
  /** Per line, placement and condition. */
  readonly trains: number;
  readonly lines: readonly Line[];
  readonly conditions: readonly Condition[];
  /** The longest pause within a train, in milliseconds. */
  readonly longestGap: number;
  /** Where sockets, databases and logs stay for a look afterwards; default: nowhere. */
  readonly directory?: string | undefined;
  /** Called with what happens, as it happens. */
  readonly tell: Tell;
}

/** What one line came to in one condition. */
export interface Finding extends Outcome {
  readonly condition: Condition;
}

/** Stories that run side by side. */
const concurrency = 6;
/** Tools that flood have a network of their own, so that what they do is not put down to others. */
const firstOfItsOwn = 11;

/** Attacks honest guests of a cloud in every condition, and answers what came of it. */
export async function runAttacks(options: AttackOptions): Promise<readonly Finding[]> {
  const ground = await openGround(options.directory);
  try {
    const stories = await prepare(ground, options);
    const findings: Finding[] = [];
    for (const condition of options.conditions)
      findings.push(...(await runCondition(ground, condition, stories, options)));
    return findings;
  } finally {
    await ground.context.scope.close();
    await ground.close();
  }
}

/** All guests are made before anything is attacked, as nothing can be made without a controller. */
async function prepare(ground: Ground, { seed, lines, longestGap, tell }: AttackOptions): Promise<readonly Story[]> {
  const begin = (line: Line, scene: Scene) =>
    Promise.all(
      placements.map(async (placement, place) => {
        const random = createRandom(seed * 1_000 + line.number * 10 + place);
        return beginStory(line, scene, await makePair(scene, placement), { random, longestGap });
      }),
    );
  const common = lines.filter(({ number }) => number < firstOfItsOwn);
  const apart = lines.filter(({ number }) => number >= firstOfItsOwn);
  const groups = [common, apart].filter((group) => group.length > 0);
  const stories = await Promise.all(
    groups.map(async (group, index) => {
      const scene = await makeScene(ground, index + 1);
      return Promise.all(group.map((line) => begin(line, scene)));
    }),
  );
  tell(`${ground.lab.guests.length} guests are up`);
  return stories.flat(2);
}

async function runCondition(
  ground: Ground,
  condition: Condition,
  stories: readonly Story[],
  { seed, trains, tell }: AttackOptions,
): Promise<readonly Finding[]> {
  const possible = stories.filter(({ line }) => !outages.has(condition) || !line.needsApi);
  const end = await bringAbout(condition, ground, createRandom(seed));
  tell(`${condition}: ${possible.length} attackers begin`);
  try {
    const say = (text: string) => tell(`${condition}: ${text}`);
    const outcomes = await pooled(possible, (story) => runTrains(story, trains, say));
    return outcomes.map((outcome) => ({ ...outcome, condition }));
  } finally {
    await end();
  }
}

/** As Promise.all over a few at a time. */
async function pooled<From, To>(all: readonly From[], work: (one: From) => Promise<To>): Promise<readonly To[]> {
  const results: To[] = [];
  const waiting = [...all.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return results;
}
