import type { Action, Resource, RuleContext, ScopedReader } from '../../kit/index.ts';
import { interfaceAnswerSchema, interfaceRequestSchema, parseInterfaceRequest } from './interface-request.ts';
import { decideAddInterface, decideRemoveInterface } from './interfaces.ts';
import { type Router, type RouterInput, routerDefinition, routerTable } from './router.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';
import { readGatewayWorld, readInterfaceWorld, readRouterWorld } from './world.ts';

/** Serves `/v2.0/routers`, and the actions that put a router on a subnet and take it off again. */
export const routerResource: Resource<Router, RouterInput> = {
  table: routerTable,
  definition: routerDefinition,
  policy: {
    get: 'reader',
    create: 'member',
    update: 'owner',
    delete: 'owner',
    add_router_interface: 'owner',
    remove_router_interface: 'owner',
  },
  visibleTo: (projectId) => ({ kind: 'in', column: 'project_id', values: [projectId] }),
  create: async (input, reader, context) => decideCreate(input, await readGatewayWorld(reader, input), context),
  // An administrator may have put the router on networks that its owner does not see.
  update: async (router, input, reader, context) => {
    const world = {
      ...(await readRouterWorld(reader.unscoped, router.id)),
      ...(await readGatewayWorld(reader, input)),
    };
    return decideUpdate(router, input, world, context);
  },
  remove: async (router, { unscoped }) => decideDelete(router, await readRouterWorld(unscoped, router.id)),
  actions: {
    add_router_interface: interfaceAction(decideAddInterface),
    remove_router_interface: interfaceAction(decideRemoveInterface),
  },
};

function interfaceAction(decide: typeof decideAddInterface): Action<Router> {
  return {
    schema: interfaceRequestSchema,
    answer: interfaceAnswerSchema,
    async run(router: Router, body: unknown, reader: ScopedReader, context: RuleContext) {
      const request = parseInterfaceRequest(body);
      if (!request.ok) return request;
      return decide(
        router,
        request.value,
        await readInterfaceWorld(reader, router.id, request.value, context),
        context,
      );
    },
  };
}
