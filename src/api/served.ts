import type { Caller } from '../auth/index.ts';
import { ok, type Result } from '../base/index.ts';
import type { Stored } from '../kit/index.ts';
import type { Attribute, Json, Problem, Resource, View } from '../resources/index.ts';
import { type ParsedBody, parseFields, projectOf } from './body.ts';
import type { ServedAttribute } from './served-attribute.ts';

/** A resource together with what the extensions add to it, compiled once. */
export interface Served<E extends Stored> {
  readonly resource: Resource<E, Readonly<Record<string, unknown>>>;
  readonly attributes: readonly ServedAttribute<E>[];
  readonly byName: ReadonlyMap<string, ServedAttribute<E>>;
  parseCreate(body: unknown, caller: Caller): Result<ParsedBody, Problem>;
  parseUpdate(body: unknown): Result<ParsedBody, Problem>;
  /** The entity as this caller sees it; with `fields`, only those. */
  show(entity: E, view: View, caller: Caller, fields?: ReadonlySet<string>): Json;
}

export function serve<E extends Stored, Input>(
  resource: Resource<E, Input>,
  extended: readonly Attribute<E, Input>[],
): Served<E> {
  // Past this point inputs are records: `parseFields` makes them from the same attributes that `Input` was checked against.
  const erased = resource as unknown as Served<E>['resource'];
  const attributes = [...resource.definition.attributes, ...extended] as unknown as ServedAttribute<E>[];
  const byName = new Map(attributes.map((attribute) => [attribute.name, attribute]));
  const name = resource.definition.name;
  const shown = { admin: readers(attributes, true), member: readers(attributes, false) };
  return {
    resource: erased,
    attributes,
    byName,
    parseCreate(body, caller) {
      const owner = projectOf(body, caller);
      if (!owner.ok) return owner;
      const fields = parseFields(owner.value.rest, attributes, byName, 'create', name);
      return fields.ok ? ok({ ...fields.value, projectId: owner.value.projectId }) : fields;
    },
    parseUpdate: (body) => parseFields(body, attributes, byName, 'update', name),
    show(entity, view, caller, fields) {
      const result: Record<string, Json> = {};
      for (const { name, read } of caller.isAdmin ? shown.admin : shown.member)
        if (!fields || fields.has(name)) result[name] = read(entity, view);
      return result;
    },
  };
}

interface NamedReader<Entity> {
  readonly name: string;
  read(entity: Entity, view: View): Json;
}

function readers<Entity>(
  attributes: readonly ServedAttribute<Entity>[],
  isAdmin: boolean,
): readonly NamedReader<Entity>[] {
  return attributes.flatMap(({ name, read, visibleTo }) =>
    read && (isAdmin || visibleTo !== 'admin') ? [{ name, read }] : [],
  );
}
