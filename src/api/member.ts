import type { Caller } from '../auth/index.ts';
import { err, ok, type Result } from '../base/index.ts';
import { authorizeAttribute, authorizeTarget, type Target } from '../policy/index.ts';
import {
  type Action,
  type Decision,
  type Entities,
  type Json,
  type Network,
  networkResource,
  type Problem,
  type Reader,
  type ResourceKind,
} from '../resources/index.ts';
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

export async function getMember<K extends ResourceKind>(
  { resource }: Served<K>,
  { id, caller }: MemberRequest,
  reader: Reader,
): Promise<Result<Entities[K], Problem>> {
  const entity = await findVisible(reader, resource, id, caller);
  return entity ? ok(entity) : err({ kind: 'not-found', resource: resource.definition.name, id });
}

export async function updateMember<K extends ResourceKind>(
  context: ApiContext,
  served: Served<K>,
  request: MemberRequest,
  { input, given }: ParsedBody,
  unit: UnitOfWork,
): Promise<Result<Entities[K], Problem>> {
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
  const decided = await resource.update?.(entity, input, unit, ruleContext(context, request.caller.projectId));
  return finish(decided, unit, resource.kind, 'change');
}

export async function deleteMember<K extends ResourceKind>(
  context: ApiContext,
  served: Served<K>,
  request: MemberRequest,
  unit: UnitOfWork,
): Promise<Result<Entities[K], Problem>> {
  const { resource } = served;
  const found = await findForChange(served, request, `delete_${resource.definition.name}`, unit);
  if (!found.ok) return found;
  const decided = await resource.remove?.(found.value.entity, unit, ruleContext(context, request.caller.projectId));
  return finish(decided, unit, resource.kind, 'delete');
}

/** `PUT /v2.0/routers/<id>/add_router_interface` and its like. */
export async function actOnMember<K extends ResourceKind>(
  context: ApiContext,
  served: Served<K>,
  request: MemberRequest,
  { name, action, body }: { readonly name: string; readonly action: Action<K>; readonly body: unknown },
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
export async function findForChange<K extends ResourceKind>(
  { resource }: Pick<Served<K>, 'resource'>,
  { id, caller, expectedRevision }: MemberRequest,
  action: string,
  unit: UnitOfWork,
): Promise<Result<{ readonly entity: Entities[K]; readonly target: Target }, Problem>> {
  const entity = await findVisible(unit, resource, id, caller);
  if (!entity) return err({ kind: 'not-found', resource: resource.definition.name, id });
  const target = { ...ownerOf(entity), network: await networkOf(entity, caller, unit) };
  const allowed = authorizeTarget(caller, action, target);
  if (!allowed.ok) return allowed;
  if (expectedRevision !== undefined && expectedRevision !== entity.revision)
    return err({ kind: 'revision-mismatch', resource: resource.definition.name, id, expected: expectedRevision });
  return ok({ entity, target });
}

function ownerOf(entity: Entities[ResourceKind]): Target {
  return 'projectId' in entity ? { projectId: entity.projectId } : {};
}

/** The network whose owner may act too: the thing itself, or the network that it is on. None for administrators. */
async function networkOf(
  entity: Entities[ResourceKind],
  caller: Caller,
  reader: Reader,
): Promise<Pick<Network, 'projectId'> | undefined> {
  if (caller.isAdmin) return undefined;
  if ('networkId' in entity) return findVisible(reader, networkResource, entity.networkId, caller);
  return 'projectId' in entity ? entity : undefined;
}

async function finish<K extends ResourceKind>(
  decided: Result<Decision<K>, Problem> | undefined,
  unit: UnitOfWork,
  kind: string,
  verb: string,
): Promise<Result<Entities[K], Problem>> {
  if (!decided) throw new Error(`${kind} has no rule to ${verb} it`);
  if (!decided.ok) return decided;
  const applied = await apply(unit, decided.value);
  return applied.ok ? ok(decided.value.entity) : applied;
}
