import type { FastifyInstance } from 'fastify';
import type { FixedCollection, Json, Schema } from '../kit/index.ts';
import { fixedCollections } from '../resources/index.ts';
import type { ApiContext } from './context.ts';
import { firstHopSchema, hasFirstHop } from './first-hop.ts';
import { actionAnswerName, actionBodyName, describeFixed, describeSchemas } from './openapi-schemas.ts';
import { sendText } from './reply.ts';
import type { Served } from './served.ts';

type Members = Readonly<Record<string, Json>>;

/** The API's description, generated from the same definitions that the routes serve; at `/openapi.json`. */
export function openApiRoutes(app: FastifyInstance, context: ApiContext): void {
  const document = JSON.stringify(describeApi(context));
  app.get('/openapi.json', { config: { rule: 'public' } }, (_request, reply) => sendText(reply, 200, document));
}

/** The OpenAPI 3.1 document of everything that the catalog serves. */
export function describeApi({ catalog }: Pick<ApiContext, 'catalog'>): Json {
  const paths: Record<string, Json> = {};
  const schemas: Record<string, Json> = { NeutronError: errorSchema };
  for (const served of catalog.served) {
    Object.assign(schemas, describeSchemas(served));
    Object.assign(paths, describePaths(served));
  }
  for (const fixed of fixedCollections) {
    schemas[fixed.name] = describeFixed(fixed);
    Object.assign(paths, describeFixedPaths(fixed));
  }
  return {
    openapi: '3.1.0',
    info: { title: 'OpenStack Networking API', version: '2.0', description: 'As served by Sextant.' },
    paths,
    components: { schemas },
  };
}

const errorSchema: Schema = {
  type: 'object',
  properties: {
    NeutronError: {
      type: 'object',
      properties: { type: { type: 'string' }, message: { type: 'string' }, detail: { type: 'string' } },
    },
  },
};

function describePaths(served: Served): Members {
  const { resource, key, path: route, parentInPath, attributes } = served;
  const { name, collection, filters = {} } = resource.definition;
  const filtered = attributes.filter(({ column, constant }) => column !== undefined || constant !== undefined);
  const filterNames = [...new Set([...filtered.map((each) => each.name), ...Object.keys(filters)])];
  const one = wrapped(key, ref(name));
  // Routes write `:policy_id` where the document writes `{policy_id}`.
  const path = route.replace(/:(\w+)/, '{$1}');
  const above = parentInPath === undefined ? [] : [pathParameter(parentInPath, uuid)];
  const below = [...above, pathParameter('id', resource.definition.isId ? { type: 'string' } : uuid)];
  const paths: Record<string, Json> = {
    [path]: {
      ...(above.length > 0 && { parameters: above }),
      get: operation(`list_${collection}`, 200, wrapped(collection, { type: 'array', items: ref(name) }), {
        parameters: [...listControls, ...filterNames].map(queryParameter),
      }),
      ...(resource.create && {
        post: operation(`create_${name}`, 201, one, { requestBody: jsonBody(wrapped(key, ref(`${name}_create`))) }),
      }),
    },
    [`${path}/{id}`]: {
      parameters: below,
      get: operation(`get_${name}`, 200, one),
      ...(resource.update && {
        put: operation(`update_${name}`, 200, one, { requestBody: jsonBody(wrapped(key, ref(`${name}_update`))) }),
      }),
      ...(resource.remove && { delete: operation(`delete_${name}`, 204) }),
    },
  };
  for (const [action, { answer, isBare, method }] of Object.entries(resource.actions ?? {})) {
    const entity = isBare ? ref(name) : one;
    const answered = answer ? ref(actionAnswerName(name, action)) : entity;
    const requestBody = jsonBody(ref(actionBodyName(name, action)));
    const described =
      method === 'GET' ? operation(action, 200, answered) : operation(action, 200, answered, { requestBody });
    paths[`${path}/{id}/${action}`] = { parameters: below, [method === 'GET' ? 'get' : 'put']: described };
  }
  if (attributes.some((each) => each.name === 'tags')) Object.assign(paths, describeTags(name, path, below));
  if (hasFirstHop(served)) {
    const get = operation('get_port_first_hop', 200, wrapped('first_hop', firstHopSchema));
    paths[`${path}/{id}/first-hop`] = { parameters: below, get };
  }
  return paths;
}

function describeFixedPaths({ name, collection, path, filters, idName }: FixedCollection): Members {
  const many = wrapped(collection, { type: 'array', items: ref(name) });
  const parameters = [...listControls, ...filters].map(queryParameter);
  const id = { name: 'id', in: 'path', required: true, description: idName, schema: { type: 'string' } };
  return {
    [`/v2.0/${path}`]: { get: operation(`list_${collection}`, 200, many, { parameters }) },
    [`/v2.0/${path}/{id}`]: { parameters: [id], get: operation(`get_${name}`, 200, wrapped(name, ref(name))) },
  };
}

function describeTags(name: string, path: string, below: readonly Json[]): Members {
  const tags = wrapped('tags', { type: 'array', items: { type: 'string', maxLength: 255 } });
  const tag = { name: 'tag', in: 'path', required: true, schema: { type: 'string', maxLength: 255 } };
  return {
    [`${path}/{id}/tags`]: {
      parameters: below,
      get: operation(`list_${name}_tags`, 200, tags),
      put: operation(`replace_${name}_tags`, 200, tags, { requestBody: jsonBody(tags) }),
      delete: operation(`delete_${name}_tags`, 204),
    },
    [`${path}/{id}/tags/{tag}`]: {
      parameters: [...below, tag],
      get: operation(`get_${name}_tag`, 204),
      put: operation(`add_${name}_tag`, 201),
      delete: operation(`delete_${name}_tag`, 204),
    },
  };
}

const uuid: Schema = { type: 'string', format: 'uuid' };

function pathParameter(name: string, schema: Schema): Json {
  return { name, in: 'path', required: true, schema };
}

const listControls = ['fields', 'sort_key', 'sort_dir', 'limit', 'marker', 'page_reverse'];

function operation(operationId: string, status: number, answer?: Json, more: Members = {}): Json {
  const success = answer === undefined ? { description: 'Done' } : { description: 'Done', ...jsonBody(answer) };
  const failure = { description: 'Refused', ...jsonBody(ref('NeutronError')) };
  return { operationId, ...more, responses: { [status]: success, default: failure } };
}

function jsonBody(schema: Json): Members {
  return { content: { 'application/json': { schema } } };
}

function wrapped(name: string, schema: Json): Json {
  return { type: 'object', required: [name], properties: { [name]: schema } };
}

function ref(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

function queryParameter(name: string): Json {
  return { name, in: 'query', schema: { type: 'string' } };
}
