import type { RawNumber, Result } from '../base/index.ts';
import type { Predicate, Reader } from './reader.ts';
import type { Problem } from './refusal.ts';
import type { ResourceSettings } from './settings.ts';
import type { ProjectId } from './standard.ts';
import type { SqlValue } from './table.ts';

/** A JSON value, as the API shows it. */
export type Json = string | number | RawNumber | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A JSON Schema (OpenAPI 3.1), for documentation; {@link AttributeType.parse} is what validates. */
export type Schema = { readonly [keyword: string]: Json };

/** A kind of value: how it is documented, and how JSON becomes the domain's value. */
export interface AttributeType<T> {
  readonly schema: Schema;
  /** The form of answers, where a request may say it in other ways, too. Default: `schema`. */
  readonly shown?: Schema;
  parse(value: unknown): Result<T, Problem>;
  /** Of an id, or a list of ids: the resource that they name, by its definition's name. */
  readonly references?: string;
}

/** The caller that entities are shown to, and when. */
export interface Viewer {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly settings: ResourceSettings;
  /** Of the caller; undefined for an administrator. */
  readonly projectId: ProjectId | undefined;
}

/** Facts that showing an entity may need besides the entity. */
export interface View extends Viewer {
  /** The parts of other things that attributes show: by the attribute's name, then by the entity's id. */
  readonly related: ReadonlyMap<string, Related>;
}

/** The parts of other things that one attribute shows, by the entity's id. An entity without any is missing. */
export type Related = ReadonlyMap<string, Json>;

interface Shown<Entity> {
  /** The name on the wire. */
  readonly name: string;
  /** How it is shown; absent: never. */
  read?(entity: Entity, view: View): Json;
  /** The callers that see it. Default: all that see the entity. */
  readonly visibleTo?: 'admin';
  /** The column behind it, when it may be filtered and sorted by. */
  readonly column?: string;
  /** Makes the column's value of a filter's text. Default: the text. Errors: no value of the attribute is written so. */
  filterValue?(text: string): Result<SqlValue, Problem>;
  /** The value that each entity has, while it can't have another one: lists are filtered by it without a column. */
  readonly constant?: string | boolean | null;
}

/** An attribute that clients can't set. */
export interface ReadOnlyAttribute<Entity> extends Shown<Entity> {
  readonly access: 'read-only';
  readonly schema: Schema;
  /** Reads what it shows of other things than the entity: `View.related` has it under the attribute's name. */
  load?(entities: readonly Entity[], reader: Reader): Promise<Related>;
}

/** An attribute that shows other things, or `none` for an entity without any. */
export function shownFrom<Entity extends { readonly id: string }>(
  { name, schema, none }: { readonly name: string; readonly schema: Schema; readonly none: Json },
  load: (entities: readonly Entity[], reader: Reader) => Promise<Related>,
): ReadOnlyAttribute<Entity> {
  return { name, access: 'read-only', schema, load, read: ({ id }, { related }) => related.get(name)?.get(id) ?? none };
}

/** An attribute that fills one field of the input of rules. */
export interface WritableAttribute<Entity, Input, Field extends keyof Input> extends Shown<Entity> {
  readonly access: 'create' | 'create-and-update' | 'update';
  readonly field: Field;
  readonly type: AttributeType<Input[Field]>;
  /** `required`, or what stands for an absent value at creation. */
  readonly default: 'required' | { readonly value: Input[Field] };
  /** The callers that may set it. Default: all that may write the entity. */
  readonly writableBy?: 'admin' | 'parent-owner';
  /** Whether a value is one that `writableBy` is about. Default: every value. */
  restricts?(value: Input[Field]): boolean;
  /** Reads the same id from an entity, and so makes what it names the parent, whose owner policy may ask for. */
  parentOf?(entity: Entity): string;
  /** Whether what the id names can't be deleted meanwhile. Needs a column. Default: its own rule decides. */
  readonly holds?: true;
}

/** An attribute as the API shows it: one that clients may write, to a field of the input, or one they only read. */
export type Attribute<Entity, Input> =
  | ReadOnlyAttribute<Entity>
  | { readonly [Field in keyof Input]-?: WritableAttribute<Entity, Input, Field> }[keyof Input];

/** Filters that are more than `column in (values)`. Values are as the query string has them. */
export type Filter = (values: readonly string[], viewer: Viewer) => Result<Predicate, Problem>;

/** A resource's attributes as data. Besides the API, only definitions know the names on the wire. */
export interface Definition<Entity, Input> {
  /** `security_group`: what references and sharing call it. */
  readonly name: string;
  /** The key of a single one on the wire. Default: the name. */
  readonly key?: string;
  /** The stem of its policy's rules, as in `create_<stem>`. Default: the key. */
  readonly ruleStem?: string;
  /** `security_groups`: the key of several. */
  readonly collection: string;
  /**
   * Below `/v2.0/`. Default: the collection with dashes, `security-groups`. Of a part of another thing it names the parent
   * by its attribute: `qos/policies/:policy_id/bandwidth_limit_rules`.
   */
  readonly path?: string;
  readonly attributes: readonly Attribute<Entity, Input>[];
  readonly filters?: Readonly<Record<string, Filter>>;
  /** Whether a text may be an id. Default: if it is a UUID. */
  isId?(text: string): boolean;
  /** The answer where there is none of that id. Default: `notFound`, with its name. */
  missing?(id: string): Problem;
}
