import type { Resource } from '../../kit/index.ts';
import { type RbacPolicy, type RbacPolicyInput, rbacPolicyDefinition, rbacPolicyTable } from './rbac-policy.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';
import { readEndWorld, readPolicyWorld } from './world.ts';

/** Serves `/v2.0/rbac-policies`: each lets one project, or all, use a thing of another project. */
export const rbacPolicyResource: Resource<RbacPolicy, RbacPolicyInput> = {
  table: rbacPolicyTable,
  definition: rbacPolicyDefinition,
  extensions: [
    {
      alias: 'rbac-policies',
      name: 'RBAC Policies',
      description: 'Allows creation and modification of policies that control tenant access to resources.',
      updated: '2015-06-17T12:15:12-00:00',
    },
  ],
  policy: { get: 'reader', create: 'member', update: 'owner', delete: 'owner' },
  visibleTo: (projectId) => ({ kind: 'in', column: 'project_id', values: [projectId] }),
  create: async (input, reader, context) => decideCreate(input, await readPolicyWorld(reader, input), context),
  update: async (policy, input, reader, context) =>
    decideUpdate(policy, input, await readEndWorld(reader, policy), context),
  remove: async (policy, reader, context) => decideDelete(policy, await readEndWorld(reader, policy), context),
};
