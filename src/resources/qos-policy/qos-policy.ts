import {
  changeable,
  declare,
  type EntityOf,
  fieldTypes,
  type InputOf,
  type Predicate,
  type ProjectId,
  type Table,
} from '../../kit/index.ts';
import type { QosPolicyId } from '../ids.ts';
import { sharedToCaller } from '../rbac-policy/sharing.ts';
import { defaultPolicyExists } from './refusals.ts';

const { boolean, text } = fieldTypes;

const fields = {
  name: changeable(text(255), { default: '' }),
  shared: changeable(boolean, { default: false, ...sharedToCaller }),
  /** Whether new networks of its project get it, whose request names no policy (neutron-lib api/definitions/qos_default.py). */
  isDefault: changeable(boolean, { default: false }),
};

/** How packets of ports are treated, by the rules of the policy, which are parts of it (neutron-lib api/definitions/qos.py). */
export type QosPolicy = EntityOf<typeof fields, QosPolicyId>;

/** A request about a QoS policy, as rules take it. */
export type QosPolicyInput = InputOf<typeof fields>;

/** Scope of the claims on being a project's default policy; the value is the project's id. */
const defaultPolicyScope = 'default-qos-policy';

const declared = declare<typeof fields, QosPolicyId>(
  { name: 'qos_policy', key: 'policy', collection: 'policies', table: 'qos_policies', path: 'qos/policies' },
  fields,
);

/** How policies look in the API, their rules left out. */
export const qosPolicyDefinition = declared.definition;

/** How policies are stored. A default one claims its project, so that a project has one only. */
export const qosPolicyTable: Table<QosPolicy> = {
  ...declared.table,
  claims: ({ isDefault, projectId }) => (isDefault ? [{ scope: defaultPolicyScope, value: projectId }] : []),
  taken: ({ scope, value }) => (scope === defaultPolicyScope ? defaultPolicyExists({ projectId: value }) : undefined),
};

/** The default policy of a project. */
export function isDefaultOf(projectId: ProjectId): Predicate {
  return { kind: 'claims', scope: defaultPolicyScope, values: [projectId] };
}
