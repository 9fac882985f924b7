/** What an attack has done. All of it is to be 0. */
export interface Harm {
  /** Frames that honest guests got, with which the attacker spoke for an address that it does not own. */
  readonly delivered: number;
  /** Frames for an address of an honest guest that the attacker got. */
  readonly diverted: number;
  /** Entries in neighbour, route and address tables, of guests and routers, that the attacker brought in. */
  readonly poisoned: number;
  /** Honest guests that were not reached, or not served, after a train. */
  readonly cutOff: number;
  /** Detections of honest guests that failed, or never ended. */
  readonly denied: number;
  /** Requests that the API took and must not. */
  readonly accepted: number;
  /** Trains that no counter of the attacker's port shows, or that count frames which arrived. */
  readonly uncounted: number;
}

/** Nothing has happened. */
export const noHarm: Harm = {
  delivered: 0,
  diverted: 0,
  poisoned: 0,
  cutOff: 0,
  denied: 0,
  accepted: 0,
  uncounted: 0,
};

const kinds = Object.keys(noHarm) as readonly (keyof Harm)[];

/** All that several attacks have done. */
export function sumHarm(all: readonly Partial<Harm>[]): Harm {
  const sums = kinds.map((kind) => [kind, all.reduce((sum, one) => sum + (one[kind] ?? 0), 0)] as const);
  return { ...noHarm, ...Object.fromEntries(sums) };
}

/** Whether an attack has done nothing at all. */
export function isHarmless(harm: Harm): boolean {
  return kinds.every((kind) => harm[kind] === 0);
}

const words: Readonly<Record<keyof Harm, string>> = {
  delivered: 'frames delivered',
  diverted: 'frames diverted',
  poisoned: 'entries poisoned',
  cutOff: 'cut off',
  denied: 'DADs denied',
  accepted: 'requests accepted',
  uncounted: 'trains uncounted',
};

/** What was done, in words; "nothing" when nothing was. */
export function describeHarm(harm: Harm): string {
  const done = kinds.filter((kind) => harm[kind] > 0).map((kind) => `${harm[kind]} ${words[kind]}`);
  return done.join(', ') || 'nothing';
}
