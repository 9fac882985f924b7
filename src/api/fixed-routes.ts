import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { err, type Result } from '../base/index.ts';
import { type FixedCollection, type FixedThing, invalidAttribute, notFound, type Problem } from '../kit/index.ts';
import type { QueryString } from './query.ts';
import { sendJson, sendProblem } from './reply.ts';

/** The routes of things that are in no store: they are listed, and shown one by one. */
export function fixedRoutes(app: FastifyInstance, fixed: FixedCollection): void {
  const { name, path, policy } = fixed;
  const rule = (requirement: FixedCollection['policy']['get']) => ({
    config: { rule: { name: `get_${name}`, requirement } },
  });
  app.get(`/v2.0/${path}`, rule(policy.list), (request, reply) => list(fixed, request, reply));
  app.get<{ Params: { id: string } }>(`/v2.0/${path}/:id`, rule(policy.get), ({ params: { id } }, reply) => {
    const found = fixed.find(id);
    return found ? sendJson(reply, 200, { [name]: found }) : sendProblem(reply, notFound({ resource: name, id }));
  });
}

function list(fixed: FixedCollection, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const query = request.query as QueryString;
  const things = select(fixed, query);
  if (!things.ok) return sendProblem(reply, things.error);
  const fields = new Set([query.fields ?? []].flat());
  return sendJson(reply, 200, { [fixed.collection]: things.value.map((thing) => withFields(thing, fields)) });
}

/** Names that every list takes in its query. For a few things in an order of their own they change nothing. */
const controls = ['fields', 'sort_key', 'sort_dir', 'limit', 'marker', 'page_reverse'];

function select(fixed: FixedCollection, query: QueryString): Result<readonly FixedThing[], Problem> {
  const filters = new Map<string, readonly string[]>();
  for (const [name, value = []] of Object.entries(query)) {
    if (controls.includes(name)) continue;
    if (!fixed.filters.includes(name)) return err(invalidAttribute(`'${name}' is not a valid filter of this resource`));
    filters.set(name, [value].flat());
  }
  return fixed.list(filters);
}

function withFields(thing: FixedThing, fields: ReadonlySet<string>): FixedThing {
  if (fields.size === 0) return thing;
  return Object.fromEntries(Object.entries(thing).filter(([name]) => fields.has(name)));
}
