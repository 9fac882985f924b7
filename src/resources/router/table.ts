import { flag, fromFlag, standardColumns, standardFromRow, standardToRow, type Table, text } from '../../kit/index.ts';
import type { RouterId } from '../ids.ts';
import { routesFromRow, routesToText } from '../route.ts';
import type { Router } from './router.ts';

export const routerTable: Table<Router> = {
  name: 'routers',
  columns: {
    ...standardColumns,
    name: { kind: 'text' },
    admin_state_up: { kind: 'integer' },
    status: { kind: 'text' },
    routes: { kind: 'text' },
  },
  toRow: (router) => ({
    ...standardToRow(router),
    name: router.name,
    admin_state_up: fromFlag(router.adminStateUp),
    status: router.status,
    routes: routesToText(router.routes),
  }),
  fromRow: (row) => ({
    ...standardFromRow(row),
    id: text(row, 'id') as RouterId,
    name: text(row, 'name'),
    adminStateUp: flag(row, 'admin_state_up'),
    status: text(row, 'status') as Router['status'],
    routes: routesFromRow(row, 'routes'),
  }),
};
