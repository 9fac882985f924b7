import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Extension } from '../extensions/index.ts';
import type { ApiContext } from './context.ts';
import { sendError, sendJson } from './reply.ts';

/** The routes that clients ask first: versions, collections and extensions. */
export function discoveryRoutes(app: FastifyInstance, { catalog }: ApiContext): void {
  const resources = catalog.served.map(({ resource: { definition } }) => definition);
  const open = { config: { action: 'public' } };
  app.get('/', open, (request, reply) => {
    const links = [{ rel: 'self', href: `${origin(request)}/v2.0/` }];
    return sendJson(reply, 200, { versions: [{ id: 'v2.0', status: 'CURRENT', links }] });
  });
  app.get('/v2.0', { config: { action: 'get_versions' } }, (request, reply) =>
    sendJson(reply, 200, {
      resources: resources.map(({ name, collection }) => ({
        name,
        collection,
        links: [{ rel: 'self', href: `${origin(request)}/v2.0/${collection}` }],
      })),
    }),
  );
  const read = { config: { action: 'get_extension' } };
  app.get('/v2.0/extensions', read, (_request, reply) =>
    sendJson(reply, 200, { extensions: catalog.extensions.map(describe) }),
  );
  app.get<{ Params: { alias: string } }>('/v2.0/extensions/:alias', read, ({ params }, reply) => {
    const found = catalog.extensions.find(({ alias }) => alias === params.alias);
    if (!found) return sendError(reply, 404, 'HTTPNotFound', `Extension with alias ${params.alias} does not exist`);
    return sendJson(reply, 200, { extension: describe(found) });
  });
}

function describe({ alias, name, description, updated }: Extension) {
  return { alias, name, description, updated, links: [] };
}

function origin(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`;
}
