import { setTimeout as delay } from 'node:timers/promises';
import type { Train } from '../../gaps/workbench/trains.ts';
import { type Address, addressAt } from '../../src/ip/index.ts';
import type { Random } from '../chaos/random.ts';
import type { Harm } from './harm.ts';
import { type Pair, placements, type Scene } from './scene.ts';

/** A line of the list of attacks: trains of the same kind, each at other moments. */
export interface Line {
  readonly number: number;
  /** What the attacker does. */
  readonly title: string;
  /** It begins with a request, so there is nothing to try while no controller runs. */
  readonly needsApi?: boolean;
  /** The host counts nothing of it: no packet is refused. */
  readonly isUncounted?: boolean;
  /** It is tried as often as there are trains, or so often in all. */
  readonly trains?: number;
  train(stage: Stage): Promise<Aftermath>;
}

/** What a train leaves behind. */
export interface Aftermath {
  /** Addresses of honest guests that others must reach now. */
  readonly reachable?: readonly string[];
  /** They must be reached through the router, too. */
  readonly beyondRouter?: boolean;
  /** The attacker has sent nothing, so there is nothing to count. */
  readonly isSilent?: boolean;
  /** The harm that only the line itself can see. */
  readonly harm?: Partial<Harm>;
  /** Takes back what the train has set up, once it is judged. */
  readonly undo?: () => Promise<unknown>;
}

/** Where one train runs. */
export interface Stage extends Pair, Train {
  readonly scene: Scene;
  /** Counts the trains of this line and pair, over all conditions, from 0. */
  readonly number: number;
  readonly random: Random;
  /** Addresses that the attacker may use. A line adds those that it comes to own. */
  readonly owned: Set<string>;
  /** Those that it owned until then. */
  readonly ownedUntil: Map<string, number>;
}

/** Pauses of up to so many milliseconds. Most are short, as races are won within milliseconds; some are that long. */
export function randomPause(random: Random, longest: number): () => Promise<void> {
  return () => delay(longest * random.next() ** 4);
}

/** Numbers each line's addresses, so that no two trains of a scene take the same one. */
export function freshAddress({ scene, number, placement }: Stage, line: number): Address {
  const story = line * placements.length + placements.indexOf(placement) + 1;
  return addressAt(scene.prefix, BigInt(story * 0x1_0000 + number + 1) << 16n);
}
