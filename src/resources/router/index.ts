import type { Action, ActionContext, Resource, ScopedReader } from '../resource.ts';
import { type RouterInput, routerDefinition } from './definition.ts';
import { interfaceRequestSchema, parseInterfaceRequest } from './interface-request.ts';
import { decideAddInterface, decideRemoveInterface } from './interfaces.ts';
import type { Router } from './router.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';
import { routerTable } from './table.ts';
import { readInterfaceWorld, readRouterWorld } from './world.ts';

export const routerResource: Resource<Router, RouterInput> = {
  table: routerTable,
  definition: routerDefinition,
  visibleTo: (projectId) => ({ kind: 'in', column: 'project_id', values: [projectId] }),
  create: async (input, _reader, context) => decideCreate(input, context),
  update: async (router, input, reader, context) =>
    decideUpdate(router, input, await readRouterWorld(reader, router.id), context),
  remove: async (router, reader) => decideDelete(router, await readRouterWorld(reader, router.id)),
  actions: {
    add_router_interface: interfaceAction(decideAddInterface),
    remove_router_interface: interfaceAction(decideRemoveInterface),
  },
};

function interfaceAction(decide: typeof decideAddInterface): Action<Router> {
  return {
    schema: interfaceRequestSchema,
    async run(router: Router, body: unknown, reader: ScopedReader, context: ActionContext) {
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
