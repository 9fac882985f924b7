import type { Caller } from '../auth/index.ts';
import { ok, type Result } from '../base/index.ts';
import type { Problem, ProjectId, ScopedReader, Stored, View } from '../kit/index.ts';
import { authorizeTarget, ruleOf } from '../policy/index.ts';
import type { UnitOfWork } from '../store/index.ts';
import type { ParsedBody } from './body.ts';
import { type ApiContext, apply, ruleContext } from './context.ts';
import { authorizeGiven } from './given.ts';
import { checkReferences, parentProject } from './references.ts';
import { scopedReader } from './scoped-reader.ts';
import type { Served } from './served.ts';
import { viewOf } from './view.ts';

/**
 * The answer to a write. It is read in the same unit: a read that failed afterwards would deny what has been
 * committed.
 */
export interface Written {
  readonly entity: Stored;
  readonly view: View;
}

/** The project that will own the new thing. */
export function ownerOf({ projectId }: ParsedBody, caller: Caller): ProjectId {
  return projectId ?? caller.projectId;
}

/** Creates one thing in a unit of work: checks the caller's rights, asks the rule, and writes its decision. */
export async function createOne(
  context: ApiContext,
  served: Served,
  parsed: ParsedBody,
  caller: Caller,
  unit: UnitOfWork,
): Promise<Result<Written, Problem>> {
  const { resource } = served;
  const projectId = ownerOf(parsed, caller);
  const reader = scopedReader(unit, context.catalog, caller);
  const existing = await checkReferences(context.catalog, served, parsed.input, reader);
  if (!existing.ok) return existing;
  const allowed = await authorizeCreate(context, served, { ...parsed, projectId }, reader, caller);
  if (!allowed.ok) return allowed;
  const decision = await resource.create?.(parsed.input, reader, ruleContext(context, caller, projectId));
  if (!decision) throw new Error(`${resource.definition.name} has no rule to create it`);
  if (!decision.ok) return decision;
  const applied = await apply(context, unit, decision.value);
  if (!applied.ok) return applied;
  const { entity } = decision.value;
  return ok({ entity, view: await viewOf(context, served, [entity], unit, caller) });
}

async function authorizeCreate(
  { catalog }: ApiContext,
  { resource, byName, parent }: Served,
  { input, given, projectId }: ParsedBody & { readonly projectId: ProjectId },
  reader: ScopedReader,
  caller: Caller,
): Promise<Result<void, Problem>> {
  if (caller.isAdmin) return ok(undefined);
  const rule = ruleOf(resource, 'create');
  const parentProjectId = parent ? await parentProject(catalog, parent, input[parent.field], reader) : projectId;
  const target = { projectId, parentProjectId };
  const allowed = authorizeTarget(caller, rule, target);
  if (!allowed.ok) return allowed;
  return authorizeGiven(caller, rule, { byName, input, given: given.filter(saysMore(byName, input)) }, target);
}

/** Finds attributes whose value is another than without them: the others need no rights (neutron policy.py). */
function saysMore(byName: Served['byName'], input: ParsedBody['input']): (name: string) => boolean {
  return (name) => {
    const attribute = byName.get(name);
    if (!attribute || attribute.access === 'read-only' || attribute.default === 'required') return true;
    return input[attribute.field] !== attribute.default.value;
  };
}
