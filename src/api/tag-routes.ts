import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { err, ok, type Result } from '../base/index.ts';
import { notFound, type Problem } from '../kit/index.ts';
import { ruleOf } from '../policy/index.ts';
import type { ApiContext } from './context.ts';
import { getMember } from './member.ts';
import { sendJson, sendProblem } from './reply.ts';
import { memberRequest } from './routes.ts';
import type { Served } from './served.ts';
import { changeTags, isTagged, parseTag, parseTags } from './tags.ts';

type Tags = readonly string[];

/** `/v2.0/<collection>/<id>/tags` and one tag below it, for resources that have tags (neutron extensions/tagging.py). */
export function tagRoutes(app: FastifyInstance, context: ApiContext, served: Served): void {
  const all = `${served.path}/:id/tags`;
  const read = { config: { rule: ruleOf(served.resource, 'get') } };
  const write = { config: { rule: ruleOf(served.resource, 'update') } };

  const change = async (request: FastifyRequest, edit: (tags: Tags) => Result<Tags, Problem>) => {
    const target = memberRequest(served, request);
    if (!target.ok) return target;
    return context.store.write((unit) => changeTags(context, served, target.value, edit, unit));
  };
  const answer = (reply: FastifyReply, tags: Result<Tags, Problem>, status: number) => {
    if (!tags.ok) return sendProblem(reply, tags.error);
    return status === 200 ? sendJson(reply, 200, { tags: tags.value }) : reply.code(status).send();
  };

  app.get(all, read, async (request, reply) => answer(reply, await readTags(context, served, request), 200));
  app.put(all, write, async (request, reply) => {
    const tags = parseTags(request.body);
    return answer(reply, tags.ok ? await change(request, () => tags) : tags, 200);
  });
  app.delete(all, write, async (request, reply) => answer(reply, await change(request, () => ok([])), 204));
  app.get(`${all}/:tag`, read, async (request, reply) => {
    const tags = await readTags(context, served, request);
    return answer(reply, tags.ok && !tags.value.includes(tagOf(request)) ? missing(request) : tags, 204);
  });
  app.put(`${all}/:tag`, write, async (request, reply) => {
    const tag = parseTag(tagOf(request));
    if (!tag.ok) return sendProblem(reply, tag.error);
    return answer(reply, await change(request, (tags) => ok([...new Set([...tags, tag.value])])), 201);
  });
  app.delete(`${all}/:tag`, write, async (request, reply) => {
    const tag = tagOf(request);
    const edit = (tags: Tags) => (tags.includes(tag) ? ok(tags.filter((other) => other !== tag)) : missing(request));
    return answer(reply, await change(request, edit), 204);
  });
}

async function readTags(
  { store }: ApiContext,
  served: Served,
  request: FastifyRequest,
): Promise<Result<Tags, Problem>> {
  const target = memberRequest(served, request);
  if (!target.ok) return target;
  const found = await getMember(served, target.value, store.reader);
  if (!found.ok) return found;
  return ok(isTagged(found.value) ? found.value.tags : []);
}

function tagOf(request: FastifyRequest): string {
  return (request.params as { readonly tag?: string }).tag ?? '';
}

function missing(request: FastifyRequest): Result<Tags, Problem> {
  return err(notFound({ resource: 'tag', id: tagOf(request) }));
}
