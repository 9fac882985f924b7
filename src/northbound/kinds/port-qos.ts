import {
  bandwidthLimitTable,
  dscpMarkingTable,
  isTrusted,
  minimumBandwidthTable,
  type Network,
  type Port,
  type QosPolicyId,
  type QosRule,
} from '../../resources/index.ts';
import type { Lookup, Relation } from '../lookup.ts';

/** The rules of a port's policy that OVN is told of. */
export interface PortQos {
  readonly limits: readonly QosRule[];
  readonly marks: readonly QosRule[];
  readonly minimums: readonly QosRule[];
}

/** The policies of the ports that have one, of their own or of their network. */
export async function readPortQos(
  lookup: Lookup,
  ports: readonly Port[],
  networks: ReadonlyMap<string, Network>,
): Promise<(port: Port) => PortQos | undefined> {
  const policyOf = (port: Port) => effectivePolicyId(port, networks.get(port.networkId));
  const policyIds = ports.flatMap((port) => policyOf(port) ?? []);
  if (policyIds.length === 0) return () => undefined;
  const [limits, marks, minimums] = await Promise.all(relations.map((relation) => lookup.related(relation, policyIds)));
  return (port) => {
    const id = policyOf(port);
    if (id === undefined) return undefined;
    return { limits: limits?.get(id) ?? [], marks: marks?.get(id) ?? [], minimums: minimums?.get(id) ?? [] };
  };
}

/** A network's policy is about its guests (neutron plugins/ml2/drivers/ovn/.../qos.py `port_effective_qos_policy_id`). */
function effectivePolicyId(port: Port, network: Network | undefined): QosPolicyId | undefined {
  return isTrusted(port) ? undefined : (port.qosPolicyId ?? network?.qosPolicyId);
}

const relations: readonly Relation<QosRule>[] = [bandwidthLimitTable, dscpMarkingTable, minimumBandwidthTable].map(
  (table) => ({
    table,
    where: (ids) => ({ kind: 'in', column: 'policy_id', values: ids }),
    idOf: ({ policyId }) => policyId,
  }),
);
