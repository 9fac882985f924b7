import { invariant, ok, type Result } from '../base/index.ts';
import type { Filter, ReadOnlyAttribute } from './attribute.ts';
import type { RuleContext } from './decision.ts';
import type { GivenOf, ValuesOf } from './declare.ts';
import { standardValues } from './declared-table.ts';
import type { ExtensionInfo } from './extension-info.ts';
import type { Key } from './key.ts';
import type { Problem } from './refusal.ts';
import type { ScopedReader } from './resource.ts';
import type { Claim } from './table.ts';
import { templateOf } from './template.ts';

/** A request, and the entity that it changes. At creation the input has all fields, and there is no entity before. */
export interface Asked<Before, Input> {
  readonly before: Before | undefined;
  readonly input: Partial<Input>;
}

/** A request with the values that the aspects before this one have decided. */
export interface Drafted<Before, Input, Draft> extends Asked<Before, Input> {
  readonly draft: Draft;
}

/**
 * A part of a resource, such as what an extension adds to it: its own fields, what their rule must know, and the rule. The
 * rule of the resource is the ordered list of its aspects. `Draft` is what this one must know of those before it.
 */
export interface Aspect<Fields extends object, Draft extends object, World extends object> {
  /** How `/v2.0/extensions` describes it, where it is one. */
  readonly extension?: ExtensionInfo;
  readonly fields: Fields;
  /** Attributes that are shown besides the fields, computed from them. */
  readonly shows?: readonly ReadOnlyAttribute<Draft & ValuesOf<Fields>>[];
  /** Filters of lists that are more than a column's values. */
  readonly filters?: Readonly<Record<string, Filter>>;
  /** See `Table`. */
  claims?(entity: Draft & ValuesOf<Fields>): readonly Claim[];
  taken?(claim: Claim): Problem | undefined;
  /** Reads what the rule must know. Default: nothing. */
  read?(
    asked: Asked<Draft & ValuesOf<Fields>, Draft & GivenOf<Fields>>,
    reader: ScopedReader,
    context: RuleContext,
  ): Promise<World>;
  /** The values of its fields. */
  decide(
    drafted: Drafted<Draft & ValuesOf<Fields>, GivenOf<Fields>, Draft>,
    world: World,
    context: RuleContext,
  ): Result<ValuesOf<Fields>, Problem>;
  /** The keys that a change makes dirty besides the entity's own; undefined before creation and after deletion. */
  dirty?(before: (Draft & ValuesOf<Fields>) | undefined, after: (Draft & ValuesOf<Fields>) | undefined): readonly Key[];
}

/** An aspect whose types are known to its own file and to the entity that is composed of it. */
type AnyAspect = Aspect<object, object, object>;

/** The aspects of one kind of entity as one. `World` is all that they must know together. */
export interface Composed<Entity extends object, Input, World extends object> {
  read(asked: Asked<Entity, Input>, reader: ScopedReader, context: RuleContext): Promise<World>;
  /** The values of all fields. The first problem ends it. */
  decide(
    asked: Asked<Entity, Input>,
    base: Partial<Entity>,
    world: World,
    context: RuleContext,
  ): Result<Entity, Problem>;
  dirty(before: Entity | undefined, after: Entity | undefined): readonly Key[];
  claims(entity: Entity): readonly Claim[];
  taken(claim: Claim): Problem | undefined;
  readonly shows: readonly ReadOnlyAttribute<Entity>[];
  readonly filters: Readonly<Record<string, Filter>>;
  readonly extensions: readonly ExtensionInfo[];
}

/** Puts aspects together, each after those that it must know of. */
export function compose<Entity extends object, Input, World extends object>(
  aspects: readonly { readonly fields: object }[],
): Composed<Entity, Input, World> {
  // The list's order makes sure that each aspect finds in the draft the values that it needs.
  const all = aspects as unknown as readonly AnyAspect[];
  const claiming = all.filter(({ claims }) => claims);
  const names = [...standardValues.map(({ name }) => name), ...all.flatMap(({ fields }) => Object.keys(fields))];
  const undecided = templateOf(names, undefined) as Partial<Entity>;
  return {
    async read(asked, reader, context) {
      const world: object = {};
      for (const aspect of all) Object.assign(world, await aspect.read?.(asked, reader, context));
      return world as World;
    },
    decide(asked, base, world, context) {
      const draft: Partial<Entity> = { ...undecided, ...base };
      for (const aspect of all) {
        const decided = aspect.decide({ ...asked, draft }, world, context);
        if (!decided.ok) return decided;
        Object.assign(draft, decided.value);
      }
      return ok(draft as Entity);
    },
    dirty: (before, after) => all.flatMap((aspect) => aspect.dirty?.(before, after) ?? []),
    claims: (entity) => claiming.flatMap((aspect) => aspect.claims?.(entity) ?? []),
    taken: (claim) => all.map((aspect) => aspect.taken?.(claim)).find((problem) => problem !== undefined),
    shows: all.flatMap(({ shows = [] }) => shows),
    filters: Object.assign({}, ...all.map(({ filters }) => filters)),
    extensions: all.flatMap(({ extension }) => extension ?? []),
  };
}

/** The value of a field: as asked for, or else as before. Throws when it is neither, which creation does not let happen. */
export function askedFor<Before extends object, Input extends object, N extends keyof Before & keyof Input>(
  { before, input }: Asked<Before, Input>,
  name: N,
): NonNullable<Input[N]> | Before[N] {
  const value = input[name] ?? before?.[name];
  invariant(value !== undefined && value !== null, `${String(name)} is given at creation`);
  return value as NonNullable<Input[N]> | Before[N];
}
