import type { Prerequisite, ProjectId, Reader } from '../../kit/index.ts';
import type { SecurityGroupId } from '../ids.ts';
import { newDefaultGroup } from './new-group.ts';
import { defaultGroupScope } from './security-group.ts';

/** The group that ports of a project get that ask for none, if it was made yet. */
export async function findDefaultGroupId(reader: Reader, projectId: ProjectId): Promise<SecurityGroupId | undefined> {
  return (await reader.holderOf(defaultGroupScope, projectId)) as SecurityGroupId | undefined;
}

/** Has a project's default group made by its first request of this kind (neutron `_ensure_default_security_group`). */
export function needsDefaultGroup(...before: Prerequisite['before']): Prerequisite {
  return {
    before,
    missing: async (reader, context) =>
      (await findDefaultGroupId(reader, context.projectId)) ? undefined : newDefaultGroup(context),
  };
}
