import type { Uuid } from '../base/index.ts';
import type { Attribute, Definition, WritableAttribute } from './attribute.ts';
import { identityAttributes } from './common-attributes.ts';
import type { FieldType } from './field-types.ts';
import { type Row, standardColumns, standardFromRow, standardToRow, text } from './row.ts';
import type { Standard } from './standard.ts';
import type { SqlValue, Table } from './table.ts';

/** What a field may say besides its type. */
type FieldRules<T> = Pick<
  WritableAttribute<unknown, { readonly field: T }, 'field'>,
  'writableBy' | 'restricts' | 'holds' | 'canonical'
> & {
  /** Whether its value names the parent, whose owner policy may ask for. */
  readonly isParent?: true;
};

/** One field of an entity, declared once: its input, its column, its form on the wire and its filter follow. */
export interface Field<T, Access extends 'create' | 'create-and-update' = 'create' | 'create-and-update'>
  extends FieldRules<T> {
  readonly type: FieldType<T>;
  readonly access: Access;
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

function defaultOf<T>(rules: { readonly default?: T }): Field<T>['default'] {
  return 'default' in rules ? { value: rules.default as T } : 'required';
}

type ValueOf<F> = F extends Field<infer T> ? T : never;

/** An entity of these fields, with the standard ones. */
export type EntityOf<F, Id extends Uuid> = Standard & { readonly id: Id } & { readonly [N in keyof F]: ValueOf<F[N]> };

/** The input of rules for an entity of these fields. */
export type InputOf<F> = { readonly [N in keyof F]: ValueOf<F[N]> } & { readonly description: string };

export interface Names {
  /** `address_scope`. */
  readonly name: string;
  /** `address_scopes`; also the table's name. */
  readonly collection: string;
  /** See `Definition`. */
  readonly path?: string;
}

/** The table and the definition that follow from fields. A field `ipVersion` is `ip_version` on the wire and in the table. */
export function declare<F extends object, Id extends Uuid>(
  names: Names,
  fields: F,
): { readonly table: Table<EntityOf<F, Id>>; readonly definition: Definition<EntityOf<F, Id>, InputOf<F>> } {
  return { table: tableOf<F, Id>(names, fields), definition: definitionOf<F, Id>(names, fields) };
}

/** Inside of this file a field's values are of the type that the field says, whichever that is. */
type Loose = Readonly<Record<string, Field<unknown>>>;

function tableOf<F, Id extends Uuid>({ collection }: Names, fields: F): Table<EntityOf<F, Id>> {
  const all = Object.entries(fields as Loose).map(([field, { type }]) => ({ field, column: snake(field), type }));
  return {
    name: collection,
    columns: { ...standardColumns, ...Object.fromEntries(all.map(({ column, type }) => [column, type.column])) },
    toRow(entity) {
      const row: Record<string, SqlValue> = standardToRow(entity);
      for (const { field, column, type } of all) row[column] = type.toColumn(entity[field as keyof typeof entity]);
      return row;
    },
    fromRow(row: Row) {
      const own = all.map(({ field, column, type }) => [field, type.fromColumn(row[column] ?? null)] as const);
      return { ...standardFromRow(row), id: text(row, 'id'), ...Object.fromEntries(own) } as unknown as EntityOf<F, Id>;
    },
  };
}

function definitionOf<F, Id extends Uuid>(names: Names, fields: F): Definition<EntityOf<F, Id>, InputOf<F>> {
  type Entity = EntityOf<F, Id>;
  const own = Object.entries(fields as Loose).map(([field, { isParent, type, ...rest }]) => ({
    ...rest,
    name: snake(field),
    field,
    type,
    column: snake(field),
    read: (entity: Entity) => type.show(entity[field as keyof Entity]),
    ...(isParent && { parentOf: (entity: Entity) => String(entity[field as keyof Entity]) }),
  }));
  // Each attribute was built from its own field, so their types agree.
  const attributes = own as unknown as readonly Attribute<Entity, InputOf<F>>[];
  return { ...names, attributes: [...identityAttributes<Entity>(), ...attributes] };
}

/** `ipVersion` is `ip_version`. */
function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
