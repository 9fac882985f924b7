import type { Caller } from '../auth/index.ts';
import { ok, type Result } from '../base/index.ts';
import {
  type AnyAttribute,
  type AnyResource,
  type Json,
  type Problem,
  type Reader,
  type Related,
  type Stored,
  templateOf,
  type View,
} from '../kit/index.ts';
import { type ParsedBody, parseFields, projectOf } from './body.ts';

/** A resource together with what the extensions add to it, compiled once. */
export interface Served {
  readonly resource: AnyResource;
  /** Of a single one in bodies: `{"port": {...}}`. */
  readonly key: string;
  /** Where it is served: `/v2.0/security-groups`, `/v2.0/qos/policies/:policy_id/bandwidth_limit_rules`. */
  readonly path: string;
  /** The attribute in the path that names the parent. */
  readonly parentInPath: string | undefined;
  /** The attributes that name other things. */
  readonly references: readonly Reference[];
  /** The one of them that names the parent. */
  readonly parent: Reference | undefined;
  readonly attributes: readonly AnyAttribute[];
  /** Those that show other things than the entity. */
  readonly loaded: readonly Loaded[];
  readonly byName: ReadonlyMap<string, AnyAttribute>;
  parseCreate(body: unknown, caller: Caller): Result<ParsedBody, Problem>;
  parseUpdate(body: unknown): Result<ParsedBody, Problem>;
  /** The entity as this caller sees it; with `fields`, only those. */
  show(entity: Stored, view: View, caller: Caller, fields?: ReadonlySet<string>): Json;
}

/** An attribute that shows other things, with the reading of them. */
interface Loaded {
  readonly name: string;
  load(entities: readonly Stored[], reader: Reader): Promise<Related>;
}

/** An attribute that names other things by their ids. */
export interface Reference {
  /** Of the rules' input: one id, several, or undefined. */
  readonly field: string;
  /** The resource that they are of. */
  readonly to: string;
  readonly column: string | undefined;
  /** See `WritableAttribute` in the kit. */
  readonly holds: true | undefined;
  readonly parentOf: ((entity: Stored) => string) | undefined;
}

/**
 * Prepares a resource for requests, once: its path, its attributes by name with those of extensions, who reads which.
 */
export function serve(resource: AnyResource, extended: readonly AnyAttribute[]): Served {
  const attributes = [...resource.definition.attributes, ...extended];
  const { collection } = resource.definition;
  const path = `/v2.0/${resource.definition.path ?? collection.replaceAll('_', '-')}`;
  const references = attributes.flatMap(referenceOf);
  const byName = new Map(attributes.map((attribute) => [attribute.name, attribute]));
  const { name, key = name } = resource.definition;
  const shown = { admin: readers(attributes, true), member: readers(attributes, false) };
  return {
    resource,
    key,
    path,
    parentInPath: /:(\w+)/.exec(path)?.[1],
    references,
    parent: references.find(({ parentOf }) => parentOf),
    attributes,
    loaded: attributes.flatMap(loadedOf),
    byName,
    parseCreate(body, caller) {
      const owner = projectOf(body, caller);
      if (!owner.ok) return owner;
      const fields = parseFields(owner.value.rest, attributes, byName, 'create', name);
      return fields.ok ? ok({ ...fields.value, projectId: owner.value.projectId }) : fields;
    },
    parseUpdate: (body) => parseFields(body, attributes, byName, 'update', name),
    show(entity, view, caller, fields) {
      const { all, empty } = caller.isAdmin ? shown.admin : shown.member;
      const result: Record<string, Json> = fields ? {} : { ...empty };
      for (const { name, read } of all) if (!fields || fields.has(name)) result[name] = read(entity, view);
      return result;
    },
  };
}

function loadedOf(attribute: AnyAttribute): readonly Loaded[] {
  if (attribute.access !== 'read-only' || !attribute.load) return [];
  const { name, load } = attribute;
  return [{ name, load }];
}

function referenceOf(attribute: AnyAttribute): readonly Reference[] {
  if (attribute.access === 'read-only') return [];
  const { field, type, column, holds, parentOf } = attribute;
  return type.references === undefined ? [] : [{ field, to: type.references, column, holds, parentOf }];
}

interface NamedReader {
  readonly name: string;
  read(entity: Stored, view: View): Json;
}

/** The attributes that a caller sees, and an object that has their names. */
interface Readers {
  readonly all: readonly NamedReader[];
  readonly empty: Readonly<Record<string, Json>>;
}

function readers(attributes: readonly AnyAttribute[], isAdmin: boolean): Readers {
  const all = attributes.flatMap(({ name, read, visibleTo }) =>
    read && (isAdmin || visibleTo !== 'admin') ? [{ name, read }] : [],
  );
  const names = all.map(({ name }) => name);
  return { all, empty: templateOf<Json>(names, null) };
}
