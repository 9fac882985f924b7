import type { Caller } from '../auth/index.ts';
import { err, ok, type Result } from '../base/index.ts';
import { notFound, type Problem, type Reader, revisionMismatch, type Stored } from '../kit/index.ts';
import { authorizeAttribute, authorizeTarget, type Target } from '../policy/index.ts';
import { type Action, type Decision, type Json, type Network, networkResource, type Port } from '../resources/index.ts';
import type { UnitOfWork } from '../store/index.ts';
import type { ParsedBody } from './body.ts';
import { type ApiContext, apply, findVisible, ruleContext, scopedReader } from './context.ts';
import type { Served } from './served.ts';

/** The parts of a request on one thing, its body left out. */
export interface MemberRequest {
  readonly id: string;
  readonly caller: Caller;
  /** Of the `If-Match` header: the change is made only on this revision. */
  readonly expectedRevision: number | undefined;
}

export async function getMember(
  { resource }: Served,
  { id, caller }: MemberRequest,
  reader: Reader,
): Promise<Result<Stored, Problem>> {
  const entity = await findVisible(reader, resource, id, caller);
  return entity ? ok(entity) : err(notFound({ resource: resource.definition.name, id }));
}

export async function updateMember(
  context: ApiContext,
  served: Served,
  request: MemberRequest,
  { input, given }: ParsedBody,
  unit: UnitOfWork,
): Promise<Result<Stored, Problem>> {
  const { resource, byName } = served;
  const action = `update_${resource.definition.name}`;
  const found = await findForChange(served, request, action, unit);
  if (!found.ok) return found;
  for (const name of given) {
    const attribute = byName.get(name);
    if (!attribute || attribute.access === 'read-only') continue;
    const may = authorizeAttribute(request.caller, action, attribute, input[attribute.field], found.value.target);
    if (!may.ok) return may;
  }
  const { entity } = found.value;
  const reader = scopedReader(unit, context, request.caller);
  const decided = await resource.update?.(entity, input, reader, ruleContext(context, request.caller.projectId));
  return finish(decided, unit, resource.definition.name, 'change');
}

export async function deleteMember(
  context: ApiContext,
  served: Served,
  request: MemberRequest,
  unit: UnitOfWork,
): Promise<Result<Stored, Problem>> {
  const { resource } = served;
  const found = await findForChange(served, request, `delete_${resource.definition.name}`, unit);
  if (!found.ok) return found;
  const decided = await resource.remove?.(found.value.entity, unit, ruleContext(context, request.caller.projectId));
  return finish(decided, unit, resource.definition.name, 'delete');
}

/** `PUT /v2.0/routers/<id>/add_router_interface` and its like. */
export async function actOnMember(
  context: ApiContext,
  served: Served,
  request: MemberRequest,
  { name, action, body }: { readonly name: string; readonly action: Action<Stored>; readonly body: unknown },
  unit: UnitOfWork,
): Promise<Result<Json, Problem>> {
  const found = await findForChange(served, request, name, unit);
  if (!found.ok) return found;
  const reader = scopedReader(unit, context, request.caller);
  const { projectId, isAdmin } = request.caller;
  const outcome = await action.run(found.value.entity, body, reader, { ...ruleContext(context, projectId), isAdmin });
  if (!outcome.ok) return outcome;
  const applied = await apply(unit, outcome.value);
  return applied.ok ? ok(outcome.value.answer) : applied;
}

/** The thing, if the caller sees it, may do this to it, and named its latest revision or none. */
export async function findForChange(
  { resource }: Pick<Served, 'resource'>,
  { id, caller, expectedRevision }: MemberRequest,
  action: string,
  unit: UnitOfWork,
): Promise<Result<{ readonly entity: Stored; readonly target: Target }, Problem>> {
  const entity = await findVisible(unit, resource, id, caller);
  if (!entity) return err(notFound({ resource: resource.definition.name, id }));
  const target = { ...ownerOf(entity), network: await networkOf(entity, caller, unit) };
  const allowed = authorizeTarget(caller, action, target);
  if (!allowed.ok) return allowed;
  if (expectedRevision !== undefined && expectedRevision !== entity.revision)
    return err(revisionMismatch({ expected: expectedRevision }));
  return ok({ entity, target });
}

/** The parts of an entity that policy asks about, of those that have them. */
type Owned = Stored & Partial<Pick<Port, 'projectId' | 'networkId'>>;

function ownerOf({ projectId }: Owned): Target {
  return projectId === undefined ? {} : { projectId };
}

/** The network whose owner may act too: the thing itself, or the network that it is on. None for administrators. */
async function networkOf(
  { projectId, networkId }: Owned,
  caller: Caller,
  reader: Reader,
): Promise<Pick<Network, 'projectId'> | undefined> {
  if (caller.isAdmin) return undefined;
  if (networkId !== undefined) return findVisible(reader, networkResource, networkId, caller);
  return projectId === undefined ? undefined : { projectId };
}

async function finish(
  decided: Result<Decision<Stored>, Problem> | undefined,
  unit: UnitOfWork,
  name: string,
  verb: string,
): Promise<Result<Stored, Problem>> {
  if (!decided) throw new Error(`${name} has no rule to ${verb} it`);
  if (!decided.ok) return decided;
  const applied = await apply(unit, decided.value);
  return applied.ok ? ok(decided.value.entity) : applied;
}
