import {
  type Aspect,
  changeable,
  fieldTypes,
  listById,
  type Reader,
  type Related,
  shownFrom,
} from '../../../kit/index.ts';
import type { NetworkId, PortId, QosPolicyId } from '../../ids.ts';
import { type Network, networkTable } from '../../network/network.ts';
import { choosePolicy, type PolicyChoice, readPolicyChoice } from '../../qos-policy/choice.ts';
import { notSupportedByPort } from '../../qos-policy/refusals.ts';

const { nullable, uuid } = fieldTypes;

const fields = {
  /** Undefined: that of the network, if it has one. */
  qosPolicyId: changeable(nullable(uuid<QosPolicyId>('qos_policy')), { default: undefined, holds: true }),
};

interface Draft {
  readonly id: PortId;
  readonly networkId: NetworkId;
}

/** neutron-lib api/definitions/qos.py, qos_port_network_policy.py */
export const qosPolicy: Aspect<typeof fields, Draft, PolicyChoice> = {
  fields,
  shows: [
    shownFrom<Draft>(
      { name: 'qos_network_policy_id', schema: { type: ['string', 'null'], format: 'uuid' }, none: null },
      readNetworkPolicies,
    ),
  ],
  read: readPolicyChoice,
  decide: (drafted, choice) =>
    choosePolicy(drafted, choice, (ruleType) => notSupportedByPort({ ruleType, id: drafted.draft.id })),
};

/** The policies of the networks that the ports are on. */
async function readNetworkPolicies(ports: readonly Draft[], reader: Reader): Promise<Related> {
  const networkIds = [...new Set(ports.map(({ networkId }) => networkId))];
  const policies = new Map<NetworkId, QosPolicyId>();
  for (const { id, qosPolicyId } of await readNetworks(reader, networkIds))
    if (qosPolicyId) policies.set(id, qosPolicyId);
  if (policies.size === 0) return policies;
  return new Map(ports.map(({ id, networkId }) => [id, policies.get(networkId) ?? null]));
}

/** One, as most often, is found for half of what a list of one takes. */
async function readNetworks(reader: Reader, [only, ...others]: readonly NetworkId[]): Promise<readonly Network[]> {
  if (only === undefined) return [];
  if (others.length > 0) return await listById(reader, networkTable, [only, ...others]);
  const network = await reader.find(networkTable, only);
  return network ? [network] : [];
}
