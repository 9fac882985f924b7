import { err, ok, type Result } from '../../base/index.ts';
import {
  type AttributeType,
  attributeTypes,
  invalidInput,
  type Json,
  type KeptType,
  type Problem,
  type Schema,
} from '../../kit/index.ts';
import type { PortId } from '../ids.ts';

const { integer, list, object, text, uuid } = attributeTypes;

/** A port whose packets have a VLAN tag between the guest and the switch, on the parent port of the trunk. */
export interface SubPort {
  readonly portId: PortId;
  /** The VLAN tag: 1 to 4094. */
  readonly segmentationId: number;
}

/** One of a client's `sub_ports`, not yet looked at. */
export interface SubPortRequest {
  readonly portId: PortId;
  readonly segmentationType: string | undefined;
  readonly segmentationId: number | undefined;
}

const schema: Schema = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    properties: {
      port_id: uuid('port').schema,
      segmentation_type: { enum: ['vlan'] },
      segmentation_id: { type: 'integer', minimum: 1, maximum: 4_094 },
    },
    required: ['port_id', 'segmentation_type', 'segmentation_id'],
  },
};

const requests = list(
  object({ port_id: uuid<PortId>('port'), segmentation_type: text(255), segmentation_id: integer(0) }, [
    'segmentation_type',
    'segmentation_id',
  ]),
  ({ port_id }) => port_id,
);

/** Sub-ports of one request, each port once. */
export const subPortRequests: AttributeType<readonly SubPortRequest[]> = {
  schema,
  parse(value) {
    const parsed = requests.parse(value);
    if (!parsed.ok) return parsed;
    return ok(
      parsed.value.map(({ port_id, segmentation_type, segmentation_id }) => ({
        portId: port_id,
        segmentationType: segmentation_type,
        segmentationId: segmentation_id,
      })),
    );
  },
};

/** The body of actions on sub-ports. */
export const subPortsBody = object({ sub_ports: subPortRequests });

/** How sub-ports are stored: the port and the tag of each. */
export const subPortList: KeptType<readonly SubPort[]> = {
  schema,
  show: (subPorts) => subPorts.map(showSubPort),
  column: { kind: 'text' },
  toColumn: (subPorts) => JSON.stringify(subPorts.map(({ portId, segmentationId }) => [portId, segmentationId])),
  fromColumn: (value) =>
    (JSON.parse(String(value)) as readonly (readonly [PortId, number])[]).map(([portId, segmentationId]) => ({
      portId,
      segmentationId,
    })),
};

/** One sub-port as the API shows it. */
export function showSubPort({ portId, segmentationId }: SubPort): { readonly [name: string]: Json } {
  return { port_id: portId, segmentation_type: 'vlan', segmentation_id: segmentationId };
}

/** neutron services/trunk/rules.py `SubPortsValidator`: VLAN is all that OVN has. */
export function parseSegmentation(request: SubPortRequest): Result<SubPort, Problem> {
  const { portId, segmentationType, segmentationId } = request;
  if (segmentationType === undefined || segmentationId === undefined)
    return err(
      invalidInput(
        `Invalid subport details '${portId}': missing segmentation information. Must specify both segmentation_id and segmentation_type`,
      ),
    );
  if (segmentationType !== 'vlan') return err(invalidInput(`Unknown segmentation_type '${segmentationType}'`));
  if (segmentationId < 1 || segmentationId > 4_094)
    return err(invalidInput(`Segmentation ID '${segmentationId}' is not in range`));
  return ok({ portId, segmentationId });
}
