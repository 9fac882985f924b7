import type { Port, QosRule } from '../../resources/index.ts';
import { type PortFacts, portKind } from '../kinds/port.ts';
import type { PortQos } from '../kinds/port-qos.ts';
import { logicalSwitchName, parentInName } from '../names.ts';
import {
  type Columns,
  type DesiredRow,
  labels,
  madeFrom,
  ownsExternalId,
  type Translation,
  uuidOf,
} from '../translation.ts';

/** As ML2/OVN has it (neutron plugins/ml2/drivers/ovn/mech_driver/ovsdb/extensions/qos.py). */
const priority = 2002;

/**
 * ovn-nb(5) QoS: one for each direction of a port in which its policy has rules. The row of one port can't be that of
 * another one: ports that share a row would share its rate.
 */
export const qos: Translation<'QoS'> = {
  table: 'QoS',
  ownsKey: { external_ids: ownsExternalId },
  sources: [madeFrom(portKind, rowsOf)],
  parentsOf: ({ external_ids }) => parentInName('Logical_Switch', 'qos_rules', external_ids['neutron:network_name']),
};

function rowsOf({ port, qos }: PortFacts): readonly DesiredRow<'QoS'>[] {
  if (!qos) return [];
  const [mark] = qos.marks;
  return [
    ...rowOf(port, 'from-lport', { limit: limitOf(qos, 'egress'), mark }),
    ...rowOf(port, 'to-lport', { limit: limitOf(qos, 'ingress'), mark: undefined }),
  ];
}

/** A limit of 0 is none, and no rate in OVN. */
function limitOf({ limits }: PortQos, direction: 'egress' | 'ingress'): QosRule | undefined {
  return limits.find((limit) => limit.direction === direction && limit.maxKbps !== 0);
}

interface Treatment {
  readonly limit: QosRule | undefined;
  readonly mark: QosRule | undefined;
}

function rowOf(
  { id, networkId, revision }: Port,
  direction: Columns<'QoS'>['direction'],
  { limit, mark }: Treatment,
): readonly DesiredRow<'QoS'>[] {
  if (!limit && !mark) return [];
  const side = direction === 'from-lport' ? 'inport' : 'outport';
  return [
    {
      uuid: uuidOf(`${id}/qos/${direction}`),
      revision,
      columns: {
        priority,
        direction,
        match: `${side} == "${id}"`,
        action: mark?.dscpMark === undefined ? {} : { dscp: mark.dscpMark },
        bandwidth: limit ? bandwidthOf(limit) : {},
        external_ids: {
          ...labels({ kind: 'port', id }, revision),
          'neutron:network_name': logicalSwitchName(networkId),
          'neutron:port_id': id,
        },
      } as Columns<'QoS'>,
    },
  ];
}

/** ovn-nb(5) QoS.bandwidth: kilobits. Without a burst OVS has one of its own. */
function bandwidthOf({ maxKbps = 0, maxBurstKbps = 0 }: QosRule): Readonly<Record<string, number>> {
  return { rate: maxKbps, ...(maxBurstKbps > 0 && { burst: maxBurstKbps }) };
}
