import type { Caller } from '../auth/index.ts';
import { ok } from '../base/index.ts';
import type { Prerequisite, ProjectId } from '../kit/index.ts';
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
    await context.store.write(async (unit) => {
      // Another request may have been faster.
      const missing = await prerequisite.missing(unit, rules);
      return ok(missing && (await unit.apply(missing.changes, missing.dirty)));
    });
  }
}
