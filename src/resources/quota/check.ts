import { err, ok, type Result } from '../../base/index.ts';
import type { Change, Problem, ProjectId, Reader, ResourceSettings, Stored, Table } from '../../kit/index.ts';
import { limitOf, quotaTable } from './quota.ts';
import { overQuota } from './refusals.ts';

/**
 * Refuses changes by which a project would have more than it may. Call it in the unit that makes them, before they are made:
 * units run one after the other, whichever process they are of, so no other change comes in between.
 */
export async function checkQuota(
  reader: Reader,
  changes: readonly Change[],
  settings: ResourceSettings,
): Promise<Result<void, Problem>> {
  for (const [projectId, additions] of additionsOf(changes)) {
    const quota = await reader.find(quotaTable, projectId);
    const names: string[] = [];
    for (const [table, count] of additions) {
      const name = table.counted ?? '';
      const limit = limitOf(quota, name, settings);
      if (limit !== undefined && (await reader.tally(table, projectId)) + count > limit) names.push(name);
    }
    if (names.length > 0) return err(overQuota({ names }));
  }
  return ok(undefined);
}

type Additions = Map<ProjectId, Map<Table, number>>;

/** How many rows of what is counted come to each project. */
function additionsOf(changes: readonly Change[]): Additions {
  const all: Additions = new Map();
  for (const change of changes) {
    if (change.kind !== 'insert' || change.table.counted === undefined) continue;
    const { projectId } = change.entity as Stored & { readonly projectId: ProjectId };
    const additions = all.get(projectId) ?? new Map<Table, number>();
    all.set(projectId, additions.set(change.table, (additions.get(change.table) ?? 0) + 1));
  }
  return all;
}
