import { ok } from '../../base/index.ts';
import { attributeTypes, type FixedCollection, type Json } from '../../kit/index.ts';
import { enforcedRuleTypes, qosRuleKinds } from '../qos-rule/kinds.ts';
import type { QosRuleKind } from '../qos-rule/qos-rule.ts';

/**
 * Serves `/v2.0/qos/rule-types`: those that OVN is told of; with `all_rules` all that policies can have. The one driver
 * shows which values of a rule it takes (neutron-lib api/definitions/qos_rule_type_details.py, qos_rule_type_filter.py).
 */
export const qosRuleTypes: FixedCollection = {
  name: 'rule_type',
  collection: 'rule_types',
  path: 'qos/rule-types',
  extensions: [
    {
      alias: 'qos-rule-type-details',
      name: 'Details of QoS rule types',
      description: 'Expose details about QoS rule types supported by loaded backend drivers',
      updated: '2017-06-22T10:00:00-00:00',
    },
    {
      alias: 'qos-rule-type-filter',
      name: 'Allow to filter the list of QoS rule types',
      description:
        'Allows to filter the QoS rule type list adding two new flags. "all_rules" prints all implemented QoS rule types. "all_supported" prints all supported QoS rule types by the loaded mechanism drivers',
      updated: '2022-02-02T10:00:00-00:00',
    },
  ],
  idName: 'type',
  schema: { type: { type: 'string' }, drivers: { type: 'array', items: { type: 'object' } } },
  policy: { list: 'reader', get: 'admin' },
  filters: ['all_rules', 'all_supported'],
  list(filters) {
    const allRules = attributeTypes.boolean.parse(filters.get('all_rules')?.at(-1) ?? false);
    if (!allRules.ok) return allRules;
    const listed = allRules.value ? qosRuleKinds : qosRuleKinds.filter(isEnforced);
    return ok(listed.map(({ type }) => ({ type })));
  },
  find(id) {
    const kind = qosRuleKinds.find(({ type }) => type === id);
    return kind && { type: kind.type, drivers: isEnforced(kind) ? [driverOf(kind)] : [] };
  },
};

function isEnforced({ type }: QosRuleKind): boolean {
  return enforcedRuleTypes.includes(type);
}

/** neutron services/qos/drivers/manager.py `supported_rule_type_details` */
function driverOf({ definition }: QosRuleKind): Json {
  const parameters = definition.attributes.flatMap((attribute) =>
    attribute.access === 'read-only' || !attribute.read ? [] : [parameterOf(attribute.name, attribute.type.schema)],
  );
  return { name: 'ovn', supported_parameters: parameters };
}

function parameterOf(name: string, { enum: choices, minimum, maximum }: Readonly<Record<string, Json>>): Json {
  if (choices !== undefined) return { parameter_name: name, parameter_type: 'choices', parameter_values: choices };
  const range = { start: minimum ?? 0, end: maximum ?? null };
  return { parameter_name: name, parameter_type: 'range', parameter_values: range };
}
