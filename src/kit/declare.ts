import type { Uuid } from '../base/index.ts';
import type { Attribute, Definition, Json, View, WritableAttribute } from './attribute.ts';
import { identityAttributes } from './common-attributes.ts';
import type { FieldType } from './field-types.ts';
import {
  ownedColumns,
  ownedFromRow,
  ownedToRow,
  type Row,
  standardColumns,
  standardFromRow,
  standardToRow,
  text,
} from './row.ts';
import type { Owned, Standard } from './standard.ts';
import type { SqlValue, Stored, Table } from './table.ts';

/** What a field may say besides its type. */
type FieldRules<T> = Pick<
  WritableAttribute<unknown, { readonly field: T }, 'field'>,
  'writableBy' | 'restricts' | 'holds' | 'canonical'
> & {
  /** Whether its value names the parent, whose owner policy may ask for. */
  readonly isParent?: true;
  /** How one caller sees it, where not all see the same. */
  showTo?(value: T, entity: Owned, view: View): Json;
};

/** One field of an entity, declared once: its input, its column, its form on the wire and its filter follow. */
type Access = 'create' | 'create-and-update' | 'read-only';

export interface Field<T, A extends Access = Access> extends FieldRules<T> {
  readonly type: FieldType<T>;
  readonly access: A;
  readonly default: 'required' | { readonly value: T };
}

/** A field that is given at creation, and never changes. Without a default it must be given. */
export function fixed<T>(type: FieldType<T>, rules: FieldRules<T> & { readonly default?: T } = {}): Field<T, 'create'> {
  return { ...rules, type, access: 'create', default: defaultOf(rules) };
}

/** A field that may be changed. Without a default it must be given at creation. */
export function changeable<T>(
  type: FieldType<T>,
  rules: FieldRules<T> & { readonly default?: T } = {},
): Field<T, 'create-and-update'> {
  return { ...rules, type, access: 'create-and-update', default: defaultOf(rules) };
}

/** A field that clients only see: rules fill it. */
export function readOnly<T>(type: FieldType<T>, rules: FieldRules<T> = {}): Field<T, 'read-only'> {
  return { ...rules, type, access: 'read-only', default: 'required' };
}

function defaultOf<T>(rules: { readonly default?: T }): Field<T>['default'] {
  return 'default' in rules ? { value: rules.default as T } : 'required';
}

type ValueOf<F> = F extends { readonly type: FieldType<infer T> } ? T : never;

type ValuesOf<F> = { readonly [N in keyof F]: ValueOf<F[N]> };

/** An entity of these fields, with the standard ones. */
export type EntityOf<F, Id extends Uuid> = Standard & { readonly id: Id } & ValuesOf<F>;

/** What clients say of these fields. */
type GivenOf<F> = { readonly [N in keyof F as F[N] extends Field<infer _, 'read-only'> ? never : N]: ValueOf<F[N]> };

/** The input of rules for an entity of these fields. */
export type InputOf<F> = GivenOf<F> & { readonly description: string };

/** The input of rules for an entity of {@link declareOwned}. */
export type OwnedInputOf<F> = GivenOf<F>;

/** An entity of these fields and an owner. */
export type OwnedOf<F, Id extends Uuid> = Owned & { readonly id: Id } & ValuesOf<F>;

export interface Names {
  /** `address_scope`. */
  readonly name: string;
  /** `address_scopes`; also the table's name. */
  readonly collection: string;
  /** See `Definition`. */
  readonly path?: string;
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
  const base = { columns: standardColumns, toRow: standardToRow, fromRow: standardFromRow };
  return declareOn<EntityOf<F, Id>, InputOf<F>>(base as Base, names, fields);
}

/** The same for a resource that has none of the standard attributes but an owner. */
export function declareOwned<F extends object, Id extends Uuid>(
  names: Names,
  fields: F,
): Declared<OwnedOf<F, Id>, OwnedInputOf<F>> {
  const base = { columns: ownedColumns, toRow: ownedToRow, fromRow: ownedFromRow };
  return declareOn<OwnedOf<F, Id>, OwnedInputOf<F>>(base as Base, names, fields);
}

/** The columns that an entity has besides those of its fields. */
interface Base {
  readonly columns: Table['columns'];
  toRow(entity: Owned & Stored): Record<string, SqlValue>;
  fromRow(row: Row): Owned;
}

/** Inside of this file a field's values are of the type that the field says, whichever that is. */
type Loose = Readonly<Record<string, Field<unknown>>>;

function declareOn<Entity extends Owned & Stored, Input>(
  base: Base,
  names: Names,
  fields: object,
): Declared<Entity, Input> {
  return { table: tableOf<Entity>(base, names, fields), definition: definitionOf<Entity, Input>(names, fields) };
}

function tableOf<Entity extends Owned & Stored>(base: Base, { collection }: Names, fields: object): Table<Entity> {
  const all = Object.entries(fields as Loose).map(([field, { type }]) => ({ field, column: snake(field), type }));
  return {
    name: collection,
    columns: { ...base.columns, ...Object.fromEntries(all.map(({ column, type }) => [column, type.column])) },
    toRow(entity) {
      const row = base.toRow(entity);
      for (const { field, column, type } of all) row[column] = type.toColumn(entity[field as keyof Entity]);
      return row;
    },
    fromRow(row: Row) {
      const own = all.map(({ field, column, type }) => [field, type.fromColumn(row[column] ?? null)] as const);
      return { ...base.fromRow(row), id: text(row, 'id'), ...Object.fromEntries(own) } as unknown as Entity;
    },
  };
}

function definitionOf<Entity extends Owned & Stored, Input>(names: Names, fields: object): Definition<Entity, Input> {
  const own = Object.entries(fields as Loose).map(([field, { isParent, showTo, type, ...rest }]) => {
    const valueIn = (entity: Entity) => entity[field as keyof Entity];
    return {
      ...rest,
      name: snake(field),
      field,
      type,
      schema: type.schema,
      column: snake(field),
      read: (entity: Entity, view: View) => showTo?.(valueIn(entity), entity, view) ?? type.show(valueIn(entity)),
      ...(isParent && { parentOf: (entity: Entity) => String(valueIn(entity)) }),
    };
  });
  // Each attribute was built from its own field, so their types agree.
  const attributes = own as unknown as readonly Attribute<Entity, Input>[];
  return { ...names, attributes: [...identityAttributes<Entity>(), ...attributes] };
}

/** `ipVersion` is `ip_version`. */
function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
