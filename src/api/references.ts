import { err, ok, type Result } from '../base/index.ts';
import {
  type AnyResource,
  inUse,
  notFound,
  type Problem,
  type ProjectId,
  type Reader,
  type ScopedReader,
  type Stored,
} from '../kit/index.ts';
import type { ParsedBody } from './body.ts';
import type { Catalog } from './catalog.ts';
import type { Reference, Served } from './served.ts';

/** The first thing that a body refers to and that does not exist for the caller, as a problem. */
export async function checkReferences(
  catalog: Catalog,
  { references }: Served,
  input: ParsedBody['input'],
  reader: ScopedReader,
): Promise<Result<void, Problem>> {
  for (const { field, to } of references) {
    for (const id of idsOf(input[field])) {
      const resource = resourceNamed(catalog, to);
      if (!(await reader.find(resource.table, id))) return err(missing(resource, id));
    }
  }
  return ok(undefined);
}

/** The answer about a thing that does not exist for the caller. */
export function missing({ definition }: Pick<AnyResource, 'definition'>, id: string): Problem {
  return definition.missing?.(id) ?? notFound({ resource: definition.name, id });
}

/** The project that owns the parent `id`, if the caller sees it. */
export async function parentProject(
  catalog: Catalog,
  { to }: Reference,
  id: unknown,
  reader: ScopedReader,
): Promise<ProjectId | undefined> {
  const found = await reader.find(resourceNamed(catalog, to).table, String(id));
  return found && projectIdOf(found);
}

/** The refusal to delete what something else can't be without. */
export async function checkUnused(
  catalog: Catalog,
  { definition }: AnyResource,
  id: string,
  reader: Reader,
): Promise<Result<void, Problem>> {
  for (const { resource, references } of catalog.served) {
    for (const { to, column, holds } of references) {
      if (to !== definition.name || !holds || column === undefined) continue;
      const where = { kind: 'in', column, values: [id] } as const;
      const [holder] = await reader.listIds(resource.table, { where, limit: 1 });
      if (holder === undefined) continue;
      const reason = `It is used by ${resource.definition.name} ${holder}.`;
      return err(inUse({ resource: definition.name, id, reason }));
    }
  }
  return ok(undefined);
}

/** Throws when no resource has the name: a definition refers to what does not exist. */
function resourceNamed({ served }: Catalog, name: string): AnyResource {
  const found = served.find(({ resource }) => resource.definition.name === name);
  if (!found) throw new Error(`a definition refers to ${name}, which is no resource`);
  return found.resource;
}

function idsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value as readonly string[];
  return value === undefined ? [] : [String(value)];
}

/** Undefined for what no project can own. */
export function projectIdOf(entity: Stored & { readonly projectId?: ProjectId }): ProjectId | undefined {
  return entity.projectId;
}
