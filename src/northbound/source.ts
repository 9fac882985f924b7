import { takeTurns } from '../base/index.ts';
import { idPages, type Key, listById, type Query, type Reader, type Stored, type Table } from '../kit/index.ts';
import type { Source } from '../reconcile/index.ts';
import {
  asRouterInterface,
  networkTable,
  type Port,
  portTable,
  type RouterId,
  routerInterfaceOwner,
  routerTable,
  subnetTable,
} from '../resources/index.ts';
import type { Store } from '../store/index.ts';
import type { World } from './world.ts';

/** Kinds that become rows, parents before children: a full scan marks them in this order. */
const kinds = { network: networkTable, router: routerTable, port: portTable } as const satisfies Record<string, Table>;

/** About a millisecond of work. */
const idsPerQuestion = 500;

/** Reads the store for the reconciler. */
export function northboundSource(store: Store): Source<World> {
  return {
    load: (keys) => store.snapshot((reader) => loadWorld(reader, keys)),
    listKeys: () =>
      store.snapshot(async (reader) => {
        const keys: Key[] = [];
        for (const [kind, table] of Object.entries(kinds)) {
          for await (const ids of idPages(reader, table)) keys.push(...ids.map((id) => ({ kind, id })));
        }
        return keys;
      }),
  };
}

/** How many of the keys stand for something that the store holds. */
export async function countKnown({ reader }: Pick<Store, 'reader'>, keys: readonly Key[]): Promise<number> {
  const turn = takeTurns();
  let count = 0;
  for (const [kind, table] of Object.entries(kinds)) {
    const ids = keys.filter((key) => key.kind === kind).map(({ id }) => id);
    for (let start = 0; start < ids.length; start += idsPerQuestion) {
      const values = ids.slice(start, start + idsPerQuestion);
      const known = await reader.listIds<Stored>(table, { where: { kind: 'in', column: 'id', values } });
      count += known.length;
      await turn();
    }
  }
  return count;
}

/** Reads what the keys name and what its translation needs besides: parents, and the interfaces of each router. */
export async function loadWorld(reader: Reader, keys: readonly Key[]): Promise<World> {
  const named = Map.groupBy(keys, ({ kind }) => kind);
  const idsOf = (kind: keyof typeof kinds) => (named.get(kind) ?? []).map(({ id }) => id);
  const namedPorts = await listById(reader, portTable, idsOf('port'));
  const attached = namedPorts.flatMap((port) => asRouterInterface(port)?.routerId ?? []);
  const routerIds = new Set<string>([...idsOf('router'), ...attached]);
  const interfaces = await reader.list(portTable, interfacesOf([...routerIds]));
  const ports = [...namedPorts, ...interfaces];
  const networkIds = new Set([...idsOf('network'), ...ports.map(({ networkId }) => networkId)]);
  const subnetIds = new Set(interfaces.flatMap(({ fixedIps }) => fixedIps.map(({ subnetId }) => subnetId)));
  return {
    ports: byId(ports),
    networks: byId(await listById(reader, networkTable, [...networkIds])),
    subnets: byId(await listById(reader, subnetTable, [...subnetIds])),
    routers: byId(await listById(reader, routerTable, [...routerIds])),
    interfaces: Map.groupBy(interfaces, ({ deviceId }: Port) => deviceId as RouterId),
  };
}

function interfacesOf(routerIds: readonly string[]): Query {
  return {
    where: {
      kind: 'all',
      of: [
        { kind: 'in', column: 'device_id', values: routerIds },
        { kind: 'in', column: 'device_owner', values: [routerInterfaceOwner] },
      ],
    },
  };
}

function byId<E extends { readonly id: string }>(entities: readonly E[]): ReadonlyMap<E['id'], E> {
  return new Map(entities.map((entity) => [entity.id, entity]));
}
