import type { FastifyInstance } from 'fastify';
import type { ExtensionInfo } from '../kit/index.ts';
import { baseUrl } from './base-url.ts';
import type { ApiContext } from './context.ts';
import { sendError, sendJson } from './reply.ts';

/** The routes that clients ask first: versions, collections and extensions. */
export function discoveryRoutes(app: FastifyInstance, { catalog, trustsProxy }: ApiContext): void {
  const open = { config: { rule: 'public' } } as const;
  app.get('/', open, (request, reply) => {
    const links = [{ rel: 'self', href: `${baseUrl(request, trustsProxy)}/v2.0/` }];
    return sendJson(reply, 200, { versions: [{ id: 'v2.0', status: 'CURRENT', links }] });
  });
  app.get('/v2.0', { config: { rule: { name: 'get_versions', requirement: 'anyone' } } }, (request, reply) =>
    sendJson(reply, 200, {
      resources: catalog.served.map(({ key, path, resource: { definition } }) => ({
        name: key,
        collection: definition.collection,
        links: [{ rel: 'self', href: `${baseUrl(request, trustsProxy)}${path}` }],
      })),
    }),
  );
  const read = { config: { rule: { name: 'get_extension', requirement: 'anyone' } } as const };
  app.get('/v2.0/extensions', read, (_request, reply) =>
    sendJson(reply, 200, { extensions: catalog.extensions.map(describe) }),
  );
  app.get<{ Params: { alias: string } }>('/v2.0/extensions/:alias', read, ({ params }, reply) => {
    const found = catalog.extensions.find(({ alias }) => alias === params.alias);
    if (!found) return sendError(reply, 404, 'HTTPNotFound', `Extension with alias ${params.alias} does not exist`);
    return sendJson(reply, 200, { extension: describe(found) });
  });
}

function describe({ alias, name, description, updated }: ExtensionInfo) {
  return { alias, name, description, updated, links: [] };
}
