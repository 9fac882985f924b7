import { err, ok, type Result } from '../../base/index.ts';
import { type Decision, deleteRow, insertRow, type Problem, updateRow } from '../../kit/index.ts';
import { type Quota, type QuotaInput, quotaTable } from './quota.ts';
import { belowUsage, noQuota } from './refusals.ts';

type Outcome = Result<Decision<Quota>, Problem>;

/** How much a project has by now, of those things that its new limits are compared with. */
export type Usage = ReadonlyMap<string, number>;

/** Sets limits. Those that are not named stay. */
export function decideUpdate(quota: Quota, input: Partial<QuotaInput>, usage: Usage): Outcome {
  const limits = newLimits(input);
  for (const [name, limit] of Object.entries(limits)) {
    const used = usage.get(name) ?? 0;
    if (limit >= 0 && used > limit) return err(belowUsage(limit, name, used));
  }
  const entity = { ...quota, revision: quota.revision + 1, limits: { ...quota.limits, ...limits } };
  const change = quota.revision === 0 ? insertRow(quotaTable, entity) : updateRow(quotaTable, entity);
  return ok({ entity, changes: [change], dirty: [] });
}

/** Lets the operator's limits hold for the project again. */
export function decideDelete(quota: Quota): Outcome {
  if (quota.revision === 0) return err(noQuota({ projectId: quota.projectId }));
  return ok({ entity: quota, changes: [deleteRow(quotaTable, quota.id)], dirty: [] });
}

/** The limits that a request names. */
export function newLimits(input: Partial<QuotaInput>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(input).filter((entry): entry is [string, number] => Number.isInteger(entry[1])),
  );
}
