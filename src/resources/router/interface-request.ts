import { err, isUuid, ok, type Result } from '../../base/index.ts';
import { attributeTypes, badRequest, invalidAttribute, type Problem, type Schema, showValue } from '../../kit/index.ts';
import type { PortId, SubnetId } from '../ids.ts';

const { isObject, uuid } = attributeTypes;

/** The body of add_router_interface and remove_router_interface. */
export interface InterfaceRequest {
  readonly subnetId?: SubnetId;
  readonly portId?: PortId;
}

/** The JSON schema of the body of `add_router_interface` and `remove_router_interface`. */
export const interfaceRequestSchema = {
  type: 'object',
  properties: { subnet_id: uuid<SubnetId>('subnet').schema, port_id: uuid<PortId>('port').schema },
  minProperties: 1,
} as const;

const ids = ['id', 'port_id', 'network_id', 'subnet_id'];
const owners = ['tenant_id', 'project_id'];

/** Of both actions: the router, and what was attached to it or taken away. */
export const interfaceAnswerSchema: Schema = {
  type: 'object',
  properties: {
    ...Object.fromEntries(ids.map((name) => [name, { type: 'string', format: 'uuid' }])),
    ...Object.fromEntries(owners.map((name) => [name, { type: 'string' }])),
    subnet_ids: { type: 'array', items: { type: 'string', format: 'uuid' } },
  },
  required: [...ids, ...owners, 'subnet_ids'],
};

/** Parses the body of either action. At least one of `subnet_id` and `port_id` must be there, each a UUID. */
export function parseInterfaceRequest(body: unknown): Result<InterfaceRequest, Problem> {
  if (!isObject(body)) return err(badInterfaceRequest('Either subnet_id or port_id must be specified'));
  const { subnet_id: subnetId, port_id: portId } = body;
  if (subnetId === undefined && portId === undefined)
    return err(badInterfaceRequest('Either subnet_id or port_id must be specified'));
  for (const id of [subnetId, portId])
    if (id !== undefined && !(typeof id === 'string' && isUuid(id)))
      return err(invalidAttribute(`'${showValue(id)}' is not a valid UUID`));
  return ok({
    ...(subnetId !== undefined && { subnetId: subnetId as SubnetId }),
    ...(portId !== undefined && { portId: portId as PortId }),
  });
}

/** A 400 for an interface that cannot be added or removed, with the reason for the client. */
export function badInterfaceRequest(reason: string): Problem {
  return badRequest({ resource: 'router', reason });
}
