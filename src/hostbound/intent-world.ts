import { type Entities, type PortId, type Query, type ResourceKind, routerInterfaceOwner } from '../resources/index.ts';
import type { Snapshot } from '../store/index.ts';
import type { IntentWorld } from './intent.ts';

/** Reads what the intents of these ports are made from. */
export async function loadIntentWorld(snapshot: Snapshot, portIds: readonly PortId[]): Promise<IntentWorld> {
  const ports = await snapshot.list('port', among('id', portIds));
  const networkIds = [...new Set(ports.map(({ networkId }) => networkId))];
  const subnets = await snapshot.list('subnet', among('network_id', networkIds));
  const interfaces = await snapshot.list('port', interfacesOn(networkIds));
  const routerIds = [...new Set(interfaces.map(({ deviceId }) => deviceId))];
  return {
    revision: snapshot.revision,
    ports: byId(ports),
    networks: byId(await snapshot.list('network', among('id', networkIds))),
    subnets: Map.groupBy(subnets, ({ networkId }) => networkId),
    interfaces: Map.groupBy(interfaces, ({ networkId }) => networkId),
    routers: byId(await snapshot.list('router', among('id', routerIds))),
  };
}

function among(column: string, values: readonly string[]): Query {
  return { where: { kind: 'in', column, values } };
}

function interfacesOn(networkIds: readonly string[]): Query {
  const owned = { kind: 'in', column: 'device_owner', values: [routerInterfaceOwner] } as const;
  return { where: { kind: 'all', of: [{ kind: 'in', column: 'network_id', values: networkIds }, owned] } };
}

function byId<E extends Entities[ResourceKind]>(entities: readonly E[]): ReadonlyMap<E['id'], E> {
  return new Map(entities.map((entity) => [entity.id, entity]));
}
