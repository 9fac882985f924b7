import {
  type Definition,
  declarePart,
  fieldTypes,
  fixed,
  type Json,
  type Stored,
  type Table,
} from '../../kit/index.ts';
import type { QosPolicyId, QosRuleId } from '../ids.ts';
import { ruleNotFound, rulesConflict } from './refusals.ts';

/** The types of rules, as Neutron names them (neutron-lib services/qos/constants.py). */
export type QosRuleType =
  | 'bandwidth_limit'
  | 'packet_rate_limit'
  | 'dscp_marking'
  | 'minimum_bandwidth'
  | 'minimum_packet_rate';

/** Where packets go, seen from the guest: `egress` ones come from it. */
export type QosDirection = 'ingress' | 'egress' | 'any';

/** A rule of a QoS policy. Which of the values it has follows from its type. */
export interface QosRule extends Stored {
  readonly id: QosRuleId;
  readonly policyId: QosPolicyId;
  readonly direction?: QosDirection;
  /** Kilobits per second; 0 limits nothing. */
  readonly maxKbps?: number;
  /** Kilobits; 0 leaves it to the datapath. */
  readonly maxBurstKbps?: number;
  /** Kilobits per second. */
  readonly minKbps?: number;
  /** RFC 2474: 0 to 56. */
  readonly dscpMark?: number;
}

/** A request about a rule, as rules take it. */
export type QosRuleInput = Omit<QosRule, keyof Stored>;

/** One type of rules: how they are stored, and how they look in the API, below their policy and without it. */
export interface QosRuleKind {
  readonly type: QosRuleType;
  readonly table: Table<QosRule>;
  readonly definition: Definition<QosRule, QosRuleInput>;
  /** Without the policy in the path (neutron-lib api/definitions/qos_rules_alias.py). */
  readonly alias: Definition<QosRule, QosRuleInput>;
}

const { uuid } = fieldTypes;

/** Most that Neutron's database holds (neutron-lib db/constants.py DB_INTEGER_MAX_VALUE). */
export const largest = 2 ** 31 - 1;

/** The direction of most types of rules. */
export const direction = fieldTypes.word<QosDirection>('ingress', 'egress');

const parent = { policyId: fixed(uuid<QosPolicyId>('qos_policy'), { isParent: true }) };

/** Declares the rules of one type by the fields that are particular to it. */
export function declareRule(type: QosRuleType, fields: object): QosRuleKind {
  const declared = declarePart<object, QosRuleId>(
    {
      name: `qos_${type}_rule`,
      key: `${type}_rule`,
      ruleStem: `policy_${type}_rule`,
      collection: `${type}_rules`,
      table: `qos_${type}_rules`,
      path: `qos/policies/:policy_id/${type}_rules`,
      missing: (ruleId) => ruleNotFound({ ruleId }),
    },
    { ...parent, ...fields },
  );
  // The rules of all types are handled alike: which values one has is known to its own file.
  const { table, definition } = declared as unknown as Pick<QosRuleKind, 'table' | 'definition'>;
  const shown = { ...definition, attributes: definition.attributes.map(unlessParent) };
  return {
    type,
    table: { ...table, claims: (rule) => [claimOf(type, rule)], taken: takenFor(type) },
    definition: shown,
    alias: aliasOf(type, shown),
  };
}

type Attributes = QosRuleKind['definition']['attributes'];

/** Neutron shows the policy of a rule by the path alone. */
function unlessParent(attribute: Attributes[number]): Attributes[number] {
  const { read, ...rest } = attribute;
  return attribute.name === 'policy_id' ? (rest as Attributes[number]) : attribute;
}

function aliasOf(type: QosRuleType, definition: QosRuleKind['definition']): QosRuleKind['alias'] {
  return {
    ...definition,
    name: `qos_alias_${type}_rule`,
    key: `alias_${type}_rule`,
    ruleStem: `alias_${type}_rule`,
    collection: `alias_${type}_rules`,
    path: `qos/alias-${type.replaceAll('_', '-')}-rules`,
  };
}

/** Scope of the claims on a policy's rules: it has one of each type in each direction. */
export function rulesScope(policyId: QosPolicyId): string {
  return `qos-rules:${policyId}`;
}

function claimOf(type: QosRuleType, { policyId, direction }: QosRule) {
  return { scope: rulesScope(policyId), value: direction === undefined ? type : `${type} ${direction}` };
}

function takenFor(type: QosRuleType): NonNullable<QosRuleKind['table']['taken']> {
  return ({ scope, value }) => {
    const [kind, policyId = ''] = scope.split(':', 2);
    const isSame = kind === 'qos-rules' && value.split(' ')[0] === type;
    return isSame ? rulesConflict({ type, policyId: policyId as QosPolicyId, ruleId: '' }) : undefined;
  };
}

/** A rule as its policy shows it. Its values are numbers and words, which rows hold as the API shows them. */
export function showRule({ type, table }: QosRuleKind, rule: QosRule): Json {
  const { policy_id, revision: _, ...values } = table.toRow(rule);
  return { ...values, qos_policy_id: policy_id ?? null, type };
}
