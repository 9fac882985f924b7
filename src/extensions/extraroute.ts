import { routeList, routerResource, showRoute } from '../resources/index.ts';
import { attributesOf, type Extension } from './extension.ts';

/** neutron-lib api/definitions/extraroute.py */
export const extraroute: Extension = {
  alias: 'extraroute',
  name: 'Neutron Extra Route',
  description: 'Extra routes configuration for L3 router',
  updated: '2013-02-01T10:00:00-00:00',
  adds: [
    attributesOf(routerResource, [
      {
        name: 'routes',
        access: 'update',
        field: 'routes',
        type: routeList,
        default: { value: [] },
        read: (router) => router.routes.map(showRoute),
      },
    ]),
  ],
};
