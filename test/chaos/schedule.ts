import { createRandom, type Random } from './random.ts';

/**
 * How a part ends: `killed` by SIGKILL; `emptied` as well, with its database gone when it comes back; `restarted` in
 * order, as an operator does.
 */
export type Fate = 'killed' | 'emptied' | 'restarted';

/** One process that is to be killed, when, and how long it stays dead. */
export interface Kill {
  /** Milliseconds after the schedule's begin. */
  readonly at: number;
  /** The target's name: `controller 1`, `nb`, `agent h1`, ... */
  readonly target: string;
  readonly fate: Fate;
  /** Milliseconds until it is started again. */
  readonly downFor: number;
}

/** The databases that the store runs on. */
export type DatabaseKind = 'sqlite' | 'postgres';

/** The processes that there are to be killed, and how many kills there are to be. */
export interface ScheduleOptions {
  readonly seed: number;
  readonly kills: number;
  readonly hosts: readonly string[];
  readonly controllers: readonly string[];
  readonly database: DatabaseKind;
}

/** A target that may be killed: how often in comparison, and how. */
interface Candidate {
  readonly target: string;
  readonly weight: number;
  /** One is picked; repeated ones come more often. */
  readonly fates: readonly Fate[];
}

const longestGap = 1_200;
const pauses = { shortest: 30, longest: 2_500 };

/** The same for the same options. Kills overlap: most targets are still down when the next one goes. */
export function makeSchedule(options: ScheduleOptions): readonly Kill[] {
  const random = createRandom(options.seed);
  const drawn = candidates(options).flatMap((candidate) => Array<Candidate>(candidate.weight).fill(candidate));
  const upAgain = new Map<string, number>();
  const schedule: Kill[] = [];
  let at = 0;
  while (schedule.length < options.kills) {
    at += random.integer(0, longestGap);
    const standing = drawn.filter(({ target }) => (upAgain.get(target) ?? 0) <= at);
    if (standing.length === 0) continue;
    const kill = kindOf(random.pick(standing), at, random);
    upAgain.set(kill.target, kill.at + kill.downFor);
    schedule.push(kill);
  }
  return schedule;
}

function kindOf({ target, fates }: Candidate, at: number, random: Random): Kill {
  return { at, target, fate: random.pick(fates), downFor: random.integer(pauses.shortest, pauses.longest) };
}

/**
 * A part that all hosts depend on is killed more often than a part of one host. Controllers are killed less often than that:
 * while none runs, no change is answered.
 */
function candidates({ hosts, controllers, database }: ScheduleOptions): readonly Candidate[] {
  const killed: readonly Fate[] = ['killed'];
  const perHost = hosts.flatMap((host) =>
    ['agent', 'ovs-vswitchd', 'ovn-controller'].map((part) => ({
      target: `${part} ${host}`,
      weight: 1,
      fates: killed,
    })),
  );
  return [
    ...controllers.map((target): Candidate => ({ target, weight: 2, fates: ['killed', 'killed', 'restarted'] })),
    { target: 'nb', weight: 3, fates: ['killed', 'emptied'] },
    { target: 'sb', weight: 3, fates: ['killed', 'killed', 'emptied'] },
    { target: 'northd', weight: 2, fates: killed },
    ...perHost,
    ...(database === 'postgres'
      ? [{ target: 'postgres', weight: 4, fates: ['killed', 'restarted'] as const satisfies readonly Fate[] }]
      : []),
  ];
}
