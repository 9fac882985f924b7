import type { Caller } from '../auth/index.ts';
import { err, invariant, ok, type Result } from '../base/index.ts';
import {
  type Action,
  type Decision,
  type Json,
  type Problem,
  type Reader,
  revisionMismatch,
  type ScopedReader,
  type Stored,
} from '../kit/index.ts';
import { authorizeTarget, ruleOf, type Target } from '../policy/index.ts';
import type { UnitOfWork } from '../store/index.ts';
import type { ParsedBody } from './body.ts';
import { type ApiContext, apply, ruleContext } from './context.ts';
import { authorizeGiven } from './given.ts';
import { checkReferences, checkUnused, missing, parentProject, projectIdOf } from './references.ts';
import { findVisible, scopedReader } from './scoped-reader.ts';
import type { Served } from './served.ts';
import { viewOf } from './view.ts';

/** The parts of a request on one thing, its body left out. */
export interface MemberRequest {
  readonly id: string;
  /** Of the parent that the path names, if it does. */
  readonly parentId: string | undefined;
  readonly caller: Caller;
  /** Of the `If-Match` header: the change is made only on this revision. */
  readonly expectedRevision: number | undefined;
}

/** Finds one thing for its caller. A thing that the caller may not see is not found, as if it did not exist. */
export async function getMember(
  served: Served,
  request: MemberRequest,
  reader: Reader,
): Promise<Result<Stored, Problem>> {
  const { resource } = served;
  const entity = await findVisible(reader, resource, request.id, request.caller);
  if (!entity || !isPlaced(served, request, entity)) return err(missing(resource, request.id));
  const target = { projectId: projectIdOf(entity), parentProjectId: undefined };
  const allowed = authorizeTarget(request.caller, ruleOf(resource, 'get'), target);
  return allowed.ok ? ok(entity) : allowed;
}

/** Whether it is a part of the thing that the path says. */
function isPlaced({ parent }: Served, { parentId }: MemberRequest, entity: Stored): boolean {
  return parentId === undefined || parent?.parentOf?.(entity) === parentId;
}

/** Changes one thing: checks that the caller may, what the body refers to and the revision; then its rules decide. */
export async function updateMember(
  context: ApiContext,
  served: Served,
  request: MemberRequest,
  { input, given }: ParsedBody,
  unit: UnitOfWork,
): Promise<Result<Stored, Problem>> {
  const { resource, byName } = served;
  const { caller } = request;
  const found = await findForChange(context, served, request, 'update', unit);
  if (!found.ok) return found;
  const { entity, target, reader } = found.value;
  const allowed = authorizeGiven(caller, ruleOf(resource, 'update'), { byName, input, given }, target);
  if (!allowed.ok) return allowed;
  const existing = await checkReferences(context.catalog, served, input, reader);
  if (!existing.ok) return existing;
  const decided = await resource.update?.(entity, input, reader, ruleContext(context, caller));
  return finish(context, unit, decided, `${resource.definition.name} has no rule to change it`);
}

/** Deletes one thing. It is refused (409) while anything refers to it, even if the caller cannot see that. */
export async function deleteMember(
  context: ApiContext,
  served: Served,
  request: MemberRequest,
  unit: UnitOfWork,
): Promise<Result<Stored, Problem>> {
  const { resource } = served;
  const found = await findForChange(context, served, request, 'delete', unit);
  if (!found.ok) return found;
  const { entity, reader } = found.value;
  // Others than the caller may use it.
  const unused = await checkUnused(context.catalog, resource, entity.id, unit);
  if (!unused.ok) return unused;
  const decided = await resource.remove?.(entity, reader, ruleContext(context, request.caller));
  return finish(context, unit, decided, `${resource.definition.name} has no rule to delete it`);
}

/** `PUT /v2.0/routers/<id>/add_router_interface` and its like. */
export async function actOnMember(
  context: ApiContext,
  served: Served,
  request: MemberRequest,
  { name, action, body }: { readonly name: string; readonly action: Action<Stored>; readonly body: unknown },
  unit: UnitOfWork,
): Promise<Result<Json, Problem>> {
  const found = await findForChange(context, served, request, name, unit);
  if (!found.ok) return found;
  const { entity, reader } = found.value;
  const outcome = await action.run(entity, body, reader, ruleContext(context, request.caller));
  if (!outcome.ok) return outcome;
  const applied = await apply(context, unit, outcome.value);
  if (!applied.ok) return applied;
  if ('answer' in outcome.value) return ok(outcome.value.answer);
  const changed = outcome.value.entity;
  const view = await viewOf(context, served, [changed], unit, request.caller);
  const shown = served.show(changed, view, request.caller);
  return ok(action.isBare ? shown : { [served.key]: shown });
}

/** `GET /v2.0/<collection>/<id>/<action>`: what the action answers, of the store as it is. */
export async function askMember(
  context: ApiContext,
  served: Served,
  request: MemberRequest,
  { name, action }: { readonly name: string; readonly action: Action<Stored> },
): Promise<Result<Json, Problem>> {
  const found = await findForChange(context, served, request, name, context.store.reader);
  if (!found.ok) return found;
  const { entity, reader } = found.value;
  const outcome = await action.run(entity, undefined, reader, ruleContext(context, request.caller));
  if (!outcome.ok) return outcome;
  invariant('answer' in outcome.value && outcome.value.changes.length === 0, `${name} asks, and changes nothing`);
  return ok(outcome.value.answer);
}

/** A thing that is to be changed, and what its change needs. */
interface ForChange {
  readonly entity: Stored;
  readonly target: Target;
  readonly reader: ScopedReader;
}

/** The thing, if the caller sees it, may do this to it, and named its latest revision or none. */
export async function findForChange(
  { catalog }: ApiContext,
  served: Served,
  request: MemberRequest,
  verb: string,
  store: Reader,
): Promise<Result<ForChange, Problem>> {
  const { resource, parent } = served;
  const { caller, expectedRevision } = request;
  const reader = scopedReader(store, catalog, caller);
  const entity = await reader.find(resource.table, request.id);
  if (!entity || !isPlaced(served, request, entity)) return err(missing(resource, request.id));
  const projectId = projectIdOf(entity);
  // An administrator may act whoever owns the parent.
  const parentId = caller.isAdmin ? undefined : parent?.parentOf?.(entity);
  const parentProjectId = parent && parentId ? await parentProject(catalog, parent, parentId, reader) : projectId;
  const target = { projectId, parentProjectId };
  const allowed = authorizeTarget(caller, ruleOf(resource, verb), target);
  if (!allowed.ok) return allowed;
  if (expectedRevision !== undefined && expectedRevision !== entity.revision)
    return err(revisionMismatch({ expected: expectedRevision }));
  return ok({ entity, target, reader });
}

async function finish(
  context: ApiContext,
  unit: UnitOfWork,
  decided: Result<Decision<Stored>, Problem> | undefined,
  otherwise: string,
): Promise<Result<Stored, Problem>> {
  if (!decided) throw new Error(otherwise);
  if (!decided.ok) return decided;
  const applied = await apply(context, unit, decided.value);
  return applied.ok ? ok(decided.value.entity) : applied;
}
