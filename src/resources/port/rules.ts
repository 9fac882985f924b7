import { err, ok, type Result } from '../../base/index.ts';
import {
  type Decision,
  deleteRow,
  firstRevision,
  insertRow,
  type Key,
  nextRevision,
  type Problem,
  type RuleContext,
  updateRow,
} from '../../kit/index.ts';
import type { PortId } from '../ids.ts';
import { isRouterPort } from './owner.ts';
import { type Port, type PortInput, type PortWorld, portAspects, portTable } from './port.ts';
import { deviceNotOwned, servicePort } from './refusals.ts';
import { asRouterInterface } from './router-interface.ts';

type Outcome = Result<Decision<Port>, Problem>;

/** Refuses a router's port to clients: `add_router_interface` makes those, after it has checked the router's owner. */
export function decideCreate(input: PortInput, world: PortWorld, context: RuleContext): Outcome {
  if (isRouterPort(input) && input.deviceId !== '') return err(deviceNotOwned({ deviceId: input.deviceId }));
  return decideNew(input, world, context);
}

/** A port for a client, or for a router. */
export function decideNew(input: PortInput, world: PortWorld, context: RuleContext): Outcome {
  const base = {
    ...firstRevision(context.now),
    id: context.newId() as PortId,
    projectId: context.projectId,
    description: input.description,
    tags: [],
  };
  const decided = portAspects.decide({ before: undefined, input }, base, world, context);
  if (!decided.ok) return decided;
  const port = decided.value;
  return ok({ entity: port, changes: [insertRow(portTable, port)], dirty: portKeys(undefined, port) });
}

/** Changes a port as its aspects decide, and marks what the old and the new port concern. */
export function decideUpdate(port: Port, input: Partial<PortInput>, world: PortWorld, context: RuleContext): Outcome {
  const base = { ...port, description: input.description ?? port.description };
  const decided = portAspects.decide({ before: port, input }, base, world, context);
  if (!decided.ok) return decided;
  const entity = nextRevision(decided.value, context.now);
  return ok({ entity, changes: [updateRow(portTable, entity)], dirty: portKeys(port, entity) });
}

/** A router's port is deleted by `remove_router_interface` only, which changes the router, too. */
export function decideDelete(port: Port): Outcome {
  if (isRouterPort(port) && port.deviceId !== '')
    return err(servicePort({ portId: port.id, reason: `has device owner ${port.deviceOwner}` }));
  return ok({ entity: port, changes: [deleteRow(portTable, port.id)], dirty: portKeys(port, undefined) });
}

/** Keys of the routers that these ports are interfaces of. */
export function routerKeys(ports: readonly Port[]): readonly Key[] {
  const routerIds = new Set(ports.flatMap((port) => asRouterInterface(port)?.routerId ?? []));
  return [...routerIds].map((id) => ({ kind: 'router', id }));
}

/** The keys that a change of a port makes dirty. A router's port is advertised to the whole network. */
export function portKeys(before: Port | undefined, after: Port | undefined): readonly Key[] {
  const versions = [before, after].filter((port) => port !== undefined);
  const ids = new Set(versions.map(({ id }) => id));
  const networkIds = new Set(versions.filter(isRouterPort).map(({ networkId }) => networkId));
  return [
    ...[...ids].map((id) => ({ kind: 'port', id })),
    ...routerKeys(versions),
    ...[...networkIds].map((id) => ({ kind: 'network', id })),
    ...portAspects.dirty(before, after),
  ];
}
