import { invariant, type Uuid } from '../base/index.ts';
import type {
  Attribute,
  AttributeType,
  Definition,
  Filter,
  Json,
  ReadOnlyAttribute,
  View,
  WritableAttribute,
} from './attribute.ts';
import * as attributeTypes from './attribute-types.ts';
import { declaredTable, type Kept, ownedValues, partValues, standardValues } from './declared-table.ts';
import type { FieldType, KeptType } from './field-types.ts';
import { idAttribute, identityAttributes } from './identity-attributes.ts';
import type { Owned, Standard } from './standard.ts';
import type { Stored, Table } from './table.ts';

/** Properties of a field besides its type. `T` is its value in an entity, `G` the value that a client gives for it. */
interface FieldRules<T, G>
  extends Pick<
    WritableAttribute<unknown, { readonly field: G }, 'field'>,
    'writableBy' | 'visibleTo' | 'restricts' | 'holds' | 'filterValue'
  > {
  /** On the wire. Default: the field's name with underscores. */
  readonly name?: string;
  /** Default: the name on the wire. */
  readonly column?: string;
  /** The type of the client's value, where the rule makes the entity's value of it. */
  readonly given?: AttributeType<G>;
  /** Whether it is stored and never shown. */
  readonly isHidden?: true;
  /** Whether lists can't be filtered and sorted by its column. */
  readonly isUnfiltered?: true;
  /** Whether its value names the parent, whose owner policy may ask for. */
  readonly isParent?: true;
  /** How one caller sees it, where not all see the same. */
  showTo?(value: T, entity: Owned, view: View): Json;
  /** How lists are filtered by it, where its column alone does not say it. */
  readonly filter?: Filter;
}

type Access = 'create' | 'create-and-update' | 'update' | 'read-only';

/** One field of an entity, declared once: its input, its column, its form on the wire and its filter follow. */
export interface Field<T, G = T, A extends Access = Access> extends FieldRules<T, G> {
  readonly type: KeptType<T> & Partial<AttributeType<T>>;
  readonly access: A;
  readonly default: 'required' | { readonly value: G };
}

interface Given<T, G> extends FieldRules<T, G> {
  /** Absent: it must be given at creation. */
  readonly default?: NoInfer<G>;
}

/** A field that is given at creation, and never changes. */
export const fixed = fieldMaker('create');

/** A field that may be changed. */
export const changeable = fieldMaker('create-and-update');

/** A field that creation leaves at its default, and that may be changed then. */
export const changeableLater = fieldMaker('update');

/** Makes a field of its type; with `given`, of what a client gives in place of the value. */
interface FieldMaker<A extends Access> {
  <T, G>(type: KeptType<T>, rules: Given<T, G> & { readonly given: AttributeType<G> }): Field<T, G, A>;
  <T>(type: FieldType<T>, rules?: Given<T, T>): Field<T, T, A>;
}

function fieldMaker<A extends Access>(access: A): FieldMaker<A> {
  return <T, G>(type: KeptType<T>, rules: Given<T, G> = {}): Field<T, G, A> => ({
    ...rules,
    type,
    access,
    default: defaultOf(rules),
  });
}

/** A field that clients only see: rules fill it. */
export function readOnly<T>(type: KeptType<T>, rules: FieldRules<T, T> = {}): Field<T, T, 'read-only'> {
  return { ...rules, type, access: 'read-only', default: 'required' };
}

function defaultOf<T, G>(rules: Given<T, G>): Field<T, G>['default'] {
  return 'default' in rules ? { value: rules.default as G } : 'required';
}

/** The values that these fields have in an entity. */
export type ValuesOf<F> = {
  readonly [N in keyof F]: F[N] extends { readonly type: KeptType<infer T> } ? T : never;
};

/** The values that clients give for these fields. */
export type GivenOf<F> = {
  readonly [N in keyof F as F[N] extends { readonly access: 'read-only' } ? never : N]: F[N] extends {
    readonly default: 'required' | { readonly value: infer G };
  }
    ? G
    : never;
};

/** An entity of these fields, with the standard ones. */
export type EntityOf<F, Id extends Uuid> = Standard & { readonly id: Id } & ValuesOf<F>;

/** The input of rules for an entity of these fields. */
export type InputOf<F> = GivenOf<F> & { readonly description: string };

/** An entity of these fields and an owner. */
export type OwnedOf<F, Id extends Uuid> = Owned & { readonly id: Id } & ValuesOf<F>;

/** The input of rules for an entity of {@link declareOwned}. */
export type OwnedInputOf<F> = GivenOf<F>;

/** A part of another thing, of these fields. */
export type PartOf<F, Id extends Uuid> = Stored & { readonly id: Id } & ValuesOf<F>;

/** Completes the input of a creation by the fields' defaults. Throws without a field that must be given. */
export function completed<F extends object>(fields: F, given: Partial<GivenOf<F>>): GivenOf<F> {
  const input: Record<string, unknown> = { ...given };
  for (const [name, field] of Object.entries(fields as Loose)) {
    if (field.access === 'read-only' || name in input) continue;
    invariant(field.default !== 'required', `${name} must be given`);
    input[name] = field.default.value;
  }
  return input as GivenOf<F>;
}

/** The names of a declared resource: see `Definition`. */
export interface Names
  extends Pick<Definition<Stored, unknown>, 'name' | 'key' | 'ruleStem' | 'collection' | 'path' | 'missing'> {
  /** Default: the collection's. */
  readonly table?: string;
  /** Whether quotas limit how many of them a project has. Their migration has them counted (`tallyRows`). */
  readonly isCounted?: true;
}

interface Declared<Entity extends Stored, Input> {
  readonly table: Table<Entity>;
  readonly definition: Definition<Entity, Input>;
}

/** The table and the definition that follow from fields. A field `ipVersion` is `ip_version` on the wire and in the table. */
export function declare<F extends object, Id extends Uuid>(
  names: Names,
  fields: F,
): Declared<EntityOf<F, Id>, InputOf<F>> {
  return declareOn<EntityOf<F, Id>, InputOf<F>>(standardBase, names, fields);
}

/** The same for a resource that has none of the standard attributes but an owner. */
export function declareOwned<F extends object, Id extends Uuid>(
  names: Names,
  fields: F,
): Declared<OwnedOf<F, Id>, OwnedInputOf<F>> {
  return declareOn<OwnedOf<F, Id>, OwnedInputOf<F>>(ownedBase, names, fields);
}

/** The same for parts of other things, whose owners are those of these things. */
export function declarePart<F extends object, Id extends Uuid>(
  names: Names,
  fields: F,
): Declared<PartOf<F, Id>, GivenOf<F>> {
  return declareOn<PartOf<F, Id>, GivenOf<F>>(partBase, names, fields);
}

/** The values and attributes that an entity has besides those of its fields. */
interface Base {
  readonly values: readonly Kept[];
  readonly attributes: readonly ReadOnlyAttribute<never>[];
}

const partBase: Base = { values: partValues, attributes: [idAttribute] };
const ownedBase: Base = { values: ownedValues, attributes: identityAttributes() };
const standardBase: Base = { values: standardValues, attributes: identityAttributes() };

/** Inside of this file a field's values are of the type that the field says, whichever that is. */
type Loose = Readonly<Record<string, Field<unknown>>>;

function declareOn<Entity extends Stored, Input>(base: Base, names: Names, fields: object): Declared<Entity, Input> {
  const own = Object.entries(fields as Loose).map(([name, field]) => ({
    name,
    column: columnOf(name, field),
    type: field.type,
  }));
  const { name, collection, table = collection, isCounted } = names;
  return {
    table: { ...declaredTable<Entity>(table, [...base.values, ...own]), ...(isCounted && { counted: name }) },
    definition: definitionOf<Entity, Input>(base, names, fields),
  };
}

function definitionOf<Entity extends Stored, Input>(
  base: Base,
  { table: _, isCounted: __, ...names }: Names,
  fields: object,
): Definition<Entity, Input> {
  const shown = Object.entries(fields as Loose).filter(([, { isHidden }]) => !isHidden);
  const own = shown.map(([name, field]) => attributeOf<Entity>(name, field));
  // Each attribute was built from its own field, so their types agree.
  const attributes = [...base.attributes, ...own] as unknown as readonly Attribute<Entity, Input>[];
  const filters = Object.fromEntries(shown.flatMap(([name, field]) => filterOf(name, field)));
  return { ...names, attributes, filters };
}

function filterOf(name: string, field: Field<unknown>): readonly [string, Filter][] {
  return field.filter ? [[field.name ?? snake(name), field.filter]] : [];
}

function attributeOf<Entity extends Stored>(name: string, field: Field<unknown>) {
  const { type, given = type, isUnfiltered, isParent, showTo, column: _, filter: __, ...rest } = field;
  const shown = attributeTypes.shownSchema(type);
  const valueIn = (entity: Entity) => entity[name as keyof Entity];
  return {
    ...(type.filterValue && { filterValue: type.filterValue }),
    ...rest,
    name: field.name ?? snake(name),
    field: name,
    type: { ...given, shown },
    schema: shown,
    ...(!isUnfiltered && { column: columnOf(name, field) }),
    read: showTo
      ? (entity: Entity, view: View) => showTo(valueIn(entity), entity as Entity & Owned, view)
      : (entity: Entity) => type.show(valueIn(entity)),
    ...(isParent && { parentOf: (entity: Entity) => String(valueIn(entity)) }),
  };
}

function columnOf(name: string, { column, name: wireName = snake(name) }: Field<unknown>): string {
  return column ?? wireName;
}

/** `ipVersion` is `ip_version`. */
function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
