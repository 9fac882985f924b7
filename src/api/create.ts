import type { Caller } from '../auth/index.ts';
import { err, ok, type Result } from '../base/index.ts';
import { notFound, type Problem, type ProjectId, type Stored } from '../kit/index.ts';
import { authorizeAttribute, authorizeTarget } from '../policy/index.ts';
import { networkResource, type View } from '../resources/index.ts';
import type { UnitOfWork } from '../store/index.ts';
import type { ParsedBody } from './body.ts';
import { type ApiContext, apply, findVisible, ruleContext, scopedReader, viewOf } from './context.ts';
import type { Served } from './served.ts';

/**
 * The answer to a write. It is read in the same unit: a read that failed afterwards would deny what has been
 * committed.
 */
export interface Written {
  readonly entity: Stored;
  readonly view: View;
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
  const projectId = parsed.projectId ?? caller.projectId;
  const allowed = await authorizeCreate(served, parsed, projectId, caller, unit);
  if (!allowed.ok) return allowed;
  const decision = await resource.create?.(
    parsed.input,
    scopedReader(unit, context, caller),
    ruleContext(context, projectId),
  );
  if (!decision) throw new Error(`${resource.definition.name} has no rule to create it`);
  if (!decision.ok) return decision;
  const applied = await apply(unit, decision.value);
  if (!applied.ok) return applied;
  const { entity } = decision.value;
  return ok({ entity, view: await viewOf(context, served, [entity], unit) });
}

/** A network that the caller doesn't see is answered like one that doesn't exist. */
async function authorizeCreate(
  { resource, byName }: Served,
  { input, given }: ParsedBody,
  projectId: ProjectId,
  caller: Caller,
  unit: UnitOfWork,
): Promise<Result<void, Problem>> {
  if (caller.isAdmin) return ok(undefined);
  const action = `create_${resource.definition.name}`;
  const networkId = resource.networkOf?.(input);
  const network = networkId === undefined ? undefined : await findVisible(unit, networkResource, networkId, caller);
  if (networkId !== undefined && !network) return err(notFound({ resource: 'network', id: networkId }));
  const target = { projectId, network: network ?? { projectId } };
  const allowed = authorizeTarget(caller, action, target);
  if (!allowed.ok) return allowed;
  for (const name of given) {
    const attribute = byName.get(name);
    if (!attribute || attribute.access === 'read-only') continue;
    const may = authorizeAttribute(caller, action, attribute, input[attribute.field], target);
    if (!may.ok) return may;
  }
  return ok(undefined);
}
