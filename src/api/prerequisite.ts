import type { Caller } from '../auth/index.ts';
import { ok } from '../base/index.ts';
import type { Prerequisite, ProjectId, RuleContext } from '../kit/index.ts';
import type { UnitOfWork } from '../store/index.ts';
import { type ApiContext, ruleContext } from './context.ts';
import type { Served } from './served.ts';

/**
 * Makes what these projects must have before a request of that kind is served. In a unit of its own: others may use it at
 * once, and so it must not go away with a bulk that is taken back.
 */
export async function fulfilPrerequisite(
  context: ApiContext,
  { resource: { prerequisite } }: Served,
  request: Prerequisite['before'][number],
  caller: Caller,
  projectIds: Iterable<ProjectId>,
): Promise<void> {
  if (!prerequisite?.before.includes(request)) return;
  for (const projectId of new Set(projectIds)) {
    const rules = ruleContext(context, caller, projectId);
    if (!(await prerequisite.missing(context.store.reader, rules))) continue;
    // Another request may be faster: so it is looked for again.
    await context.store.write(async (unit) => ok(await makeMissing(prerequisite, rules, unit)));
  }
}

/** The same for the creation of one thing, in its own unit: nobody sees what is made before that is committed. */
export async function fulfilWithin(
  unit: UnitOfWork,
  { resource: { prerequisite } }: Served,
  rules: RuleContext,
): Promise<void> {
  if (prerequisite?.before.includes('create')) await makeMissing(prerequisite, rules, unit);
}

async function makeMissing(prerequisite: Prerequisite, rules: RuleContext, unit: UnitOfWork): Promise<void> {
  const missing = await prerequisite.missing(unit, rules);
  if (missing) await unit.apply(missing.changes, missing.dirty);
}
