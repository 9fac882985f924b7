import type { Table } from '../kit/index.ts';
import { agentTable } from './agent/table.ts';
import { networkTable } from './network/table.ts';
import { portTable } from './port/table.ts';
import { routerTable } from './router/table.ts';
import { subnetTable } from './subnet/table.ts';

/** THE list of where entities are stored. A new resource adds a line here and a migration in the store. */
export const tables: readonly Table[] = [networkTable, subnetTable, portTable, routerTable, agentTable];
