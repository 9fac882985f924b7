import { agentTable } from './agent/table.ts';
import type { Entities, ResourceKind } from './entities.ts';
import { networkTable } from './network/table.ts';
import { portTable } from './port/table.ts';
import { routerTable } from './router/table.ts';
import { subnetTable } from './subnet/table.ts';
import type { Table } from './table.ts';

/** Where every kind of entity is stored. A new resource adds a line here and a migration in the store. */
export const tables: { readonly [K in ResourceKind]: Table<Entities[K]> } = {
  network: networkTable,
  subnet: subnetTable,
  port: portTable,
  router: routerTable,
  agent: agentTable,
};
