import { type Resource, shownFrom } from '../../kit/index.ts';
import { ownedOrShared, readPolicies } from '../rbac-policy/sharing.ts';
import { extensions } from './extensions.ts';
import { type QosPolicy, type QosPolicyInput, qosPolicyDefinition, qosPolicyTable } from './qos-policy.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';
import { readCreateWorld, readShownRules, readUpdateWorld } from './world.ts';

const rules = shownFrom<QosPolicy>(
  { name: 'rules', schema: { type: 'array', items: { type: 'object' } }, none: [] },
  readShownRules,
);

/** Serves `/v2.0/qos/policies`. Administrators make them, and share them with projects. */
export const qosPolicyResource: Resource<QosPolicy, QosPolicyInput> = {
  table: qosPolicyTable,
  definition: { ...qosPolicyDefinition, attributes: [...qosPolicyDefinition.attributes, rules] },
  extensions,
  policy: { get: 'reader' },
  visibleTo: ownedOrShared,
  create: async (input, { unscoped }, context) =>
    decideCreate(input, await readCreateWorld(unscoped, context.projectId), context),
  update: async (policy, input, { unscoped }, context) =>
    decideUpdate(policy, input, await readUpdateWorld(unscoped, policy, input), context),
  remove: async (policy, { unscoped }) => decideDelete(policy, await readPolicies(unscoped, policy.id)),
};
