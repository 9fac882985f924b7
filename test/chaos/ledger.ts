import { isDeepStrictEqual } from 'node:util';

/** A resource as one line: its kind and the name that only it has, `port c3-17`. */
export type Reference = string;

/** Attributes that count, as the API shows them. */
export type Row = Readonly<Record<string, unknown>>;

/** `absent`, or there with these attributes; more than these may stand. */
export type State = Row | 'absent';

/**
 * The states that must hold, by the answers that clients got. A request without an answer leaves two possible states,
 * and both are right. Each client asks for one change of a resource at a time.
 */
export class Ledger {
  readonly #possible = new Map<Reference, readonly State[]>();

  /** An answer came: this is so. */
  settle(reference: Reference, state: State): void {
    this.#possible.set(reference, [state]);
  }

  /** Asked for, and no answer came: it may be so, or as it was before. */
  doubt(reference: Reference, state: State): void {
    this.#possible.set(reference, [...(this.#possible.get(reference) ?? ['absent']), state]);
  }

  /** The state, where only one is possible. */
  find(reference: Reference): State | undefined {
    const [state, other] = this.#possible.get(reference) ?? ['absent'];
    return other === undefined ? state : undefined;
  }

  /** How many resources it knows, and of how many it can't be sure. */
  get size(): { readonly known: number; readonly inDoubt: number } {
    const all = [...this.#possible.values()];
    return { known: all.length, inDoubt: all.filter(({ length }) => length > 1).length };
  }

  /** Each way in which what is there contradicts what was answered. */
  contradictions(actual: ReadonlyMap<Reference, Row>): readonly string[] {
    const known = [...this.#possible].flatMap(([reference, possible]) =>
      contradiction(reference, possible, actual.get(reference)),
    );
    const unknown = [...actual.keys()].filter((reference) => !this.#possible.has(reference));
    return [...known, ...unknown.map((reference) => `${reference} is there, and nobody asked for it`)];
  }
}

/** Says in which way one resource is not what it was answered to be. */
export function contradiction(
  reference: Reference,
  possible: readonly State[],
  actual: Row | undefined,
): readonly string[] {
  if (possible.some((state) => agrees(state, actual))) return [];
  if (actual === undefined) return [`${reference} is lost: it was answered to be ${describe(possible)}`];
  if (possible.every((state) => state === 'absent'))
    return [`${reference} is back from the dead: ${describe([actual])}`];
  return [`${reference} is undone: it is ${describe([actual])}, and was answered to be ${describe(possible)}`];
}

function agrees(state: State, actual: Row | undefined): boolean {
  if (state === 'absent' || actual === undefined) return state === 'absent' && actual === undefined;
  return Object.entries(state).every(([attribute, value]) => isDeepStrictEqual(actual[attribute], value));
}

function describe(states: readonly State[]): string {
  return states.map((state) => (state === 'absent' ? state : JSON.stringify(state))).join(' or ');
}
