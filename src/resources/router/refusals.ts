import { refusal } from '../../kit/index.ts';

/* Names of exceptions and messages: neutron-lib exceptions/l3.py */

/** Given when a router would have more static routes than `ResourceSettings.maxRoutes`. */
export const tooManyRoutes = refusal<{ readonly routerId: string; readonly maximum: number }>('too-many-routes', {
  status: 400,
  type: 'RoutesExhausted',
  message: ({ routerId, maximum }) =>
    `Unable to complete operation for ${routerId}. The number of routes exceeds the maximum ${maximum}.`,
});

/** Given when an interface is to be removed by a port that is not this router's. */
export const routerInterfaceNotFound = refusal<{ readonly routerId: string; readonly portId: string }>(
  'router-interface-not-found',
  {
    status: 404,
    type: 'RouterInterfaceNotFound',
    message: ({ routerId, portId }) => `Router ${routerId} does not have an interface with id ${portId}`,
  },
);

/** Given when an interface is to be removed by a subnet that the router is not on. */
export const routerInterfaceNotOnSubnet = refusal<{ readonly routerId: string; readonly subnetId: string }>(
  'router-interface-not-on-subnet',
  {
    status: 404,
    type: 'RouterInterfaceNotFoundForSubnet',
    message: ({ routerId, subnetId }) => `Router ${routerId} has no interface on subnet ${subnetId}`,
  },
);

/** Given when an interface is to be removed whose subnet holds the next hop of one of the routes. */
export const routerInterfaceUsedByRoute = refusal<{ readonly routerId: string; readonly subnetId: string }>(
  'router-interface-used-by-route',
  {
    status: 409,
    type: 'RouterInterfaceInUseByRoute',
    message: ({ routerId, subnetId }) =>
      `Router interface for subnet ${subnetId} on router ${routerId} cannot be deleted, as it is required by one or more routes.`,
  },
);

/** Given when an interface is to be removed by port and subnet, and the port is not on that subnet. */
export const subnetMismatchForPort = refusal<{ readonly portId: string; readonly subnetId: string }>(
  'subnet-mismatch-for-port',
  {
    status: 409,
    type: 'SubnetMismatchForPort',
    message: ({ portId, subnetId }) => `Subnet on port ${portId} does not match the requested subnet ${subnetId}.`,
  },
);

/** Given when a route's next hop is not a neighbour of the router, is the router, or is of the other family. */
export const invalidRoutes = refusal<{ readonly reason: string }>('invalid-routes', {
  status: 400,
  type: 'InvalidRoutes',
  message: ({ reason }) => `Invalid format for routes: ${reason}`,
});
