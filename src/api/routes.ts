import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../auth/index.ts';
import { err, ok, type Result } from '../base/index.ts';
import { type Action, badRequest, type Problem, type ProjectId, type Stored } from '../kit/index.ts';
import { type Rule, ruleOf } from '../policy/index.ts';
import { baseUrl } from './base-url.ts';
import { isList, unwrap } from './body.ts';
import { createMany } from './bulk.ts';
import { type ApiContext, ruleContext } from './context.ts';
import { createOne, ownerOf, type Written } from './create.ts';
import { listMembers } from './list.ts';
import { actOnMember, askMember, deleteMember, getMember, type MemberRequest, updateMember } from './member.ts';
import { checkPlace, placed, placeOf } from './place.ts';
import { fulfilPrerequisite, fulfilWithin } from './prerequisite.ts';
import { parseListRequest, type QueryString } from './query.ts';
import { sendJson, sendProblem, sendText } from './reply.ts';
import type { Served } from './served.ts';
import { viewerOf, viewOf } from './view.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route's rule; `public` routes need no credentials. */
    readonly rule?: Rule | 'public';
  }
  interface FastifyRequest {
    /** Set by authentication on every route that isn't public. */
    caller: Caller | undefined;
  }
}

/** All routes of one resource. */
export function resourceRoutes(app: FastifyInstance, context: ApiContext, served: Served): void {
  const { actions = {}, create, update, remove } = served.resource;
  const collection = served.path;
  const member = `${collection}/:id`;
  const rule = (verb: string) => ({ config: { rule: ruleOf(served.resource, verb) } });
  app.get(collection, rule('list'), (request, reply) => list(context, served, request, reply));
  app.get(member, rule('get'), (request, reply) => show(context, served, request, reply));
  if (create) app.post(collection, rule('create'), (request, reply) => post(context, served, request, reply));
  if (update) app.put(member, rule('update'), (request, reply) => put(context, served, request, reply));
  if (remove) app.delete(member, rule('delete'), (request, reply) => destroy(context, served, request, reply));
  for (const [name, action] of Object.entries(actions)) {
    const path = `${member}/${name}`;
    if (action.method === 'GET')
      app.get(path, rule(name), (request, reply) => ask(context, served, { name, action }, request, reply));
    else app.put(path, rule(name), (request, reply) => act(context, served, { name, action }, request, reply));
  }
}

interface NamedAction {
  readonly name: string;
  readonly action: Action<Stored>;
}

async function ask(
  context: ApiContext,
  served: Served,
  named: NamedAction,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const target = memberRequest(served, request);
  const answer = target.ok ? await askMember(context, served, target.value, named) : target;
  return answer.ok ? sendJson(reply, 200, answer.value) : sendProblem(reply, answer.error);
}

async function act(
  context: ApiContext,
  served: Served,
  named: NamedAction,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const target = memberRequest(served, request);
  if (!target.ok) return sendProblem(reply, target.error);
  const { body } = request;
  const outcome = await context.store.write((unit) =>
    actOnMember(context, served, target.value, { ...named, body }, unit),
  );
  return outcome.ok ? sendJson(reply, 200, outcome.value) : sendProblem(reply, outcome.error);
}

async function list(
  context: ApiContext,
  served: Served,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const caller = callerOf(request);
  const place = placeOf(served, request);
  const existing = await checkPlace(context.catalog, served, place, context.store.reader, caller);
  if (!existing.ok) return sendProblem(reply, existing.error);
  const parsed = parseListRequest(served, { ...(request.query as QueryString), ...place }, viewerOf(context, caller));
  if (!parsed.ok) return sendProblem(reply, parsed.error);
  await fulfilPrerequisite(context, served, 'list', caller, [listedProject(request.query as QueryString, caller)]);
  const [path = '', search = ''] = request.url.split('?', 2);
  const url = `${baseUrl(request, context.trustsProxy)}${path}`;
  const location = { url, query: new URLSearchParams(search) };
  const body = await listMembers(context, served, parsed.value, caller, location);
  return body.ok ? sendText(reply, 200, body.value) : sendProblem(reply, body.error);
}

/** The project whose things are asked for: an administrator may name another one. */
function listedProject({ project_id: projectId, tenant_id: tenantId }: QueryString, caller: Caller): ProjectId {
  const [named] = [projectId ?? tenantId ?? []].flat();
  return caller.isAdmin && named !== undefined ? (named as ProjectId) : caller.projectId;
}

async function show(
  context: ApiContext,
  served: Served,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const target = memberRequest(served, request);
  if (!target.ok) return sendProblem(reply, target.error);
  const entity = await getMember(served, target.value, context.store.reader);
  if (!entity.ok) return sendProblem(reply, entity.error);
  const { fields } = request.query as QueryString;
  const wanted = fields === undefined ? undefined : new Set([fields].flat());
  const caller = callerOf(request);
  const view = await viewOf(context, served, [entity.value], context.store.reader, caller);
  const shown = served.show(entity.value, view, caller, wanted);
  return sendJson(reply, 200, { [served.key]: shown });
}

/** One, or several: then all of them are made, or none. */
async function post(
  context: ApiContext,
  served: Served,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const caller = callerOf(request);
  const { collection } = served.resource.definition;
  const body = unwrap(request.body, served.key, collection);
  if (!body.ok) return sendProblem(reply, body.error);
  const place = placeOf(served, request);
  // A parent that does not exist is not found, whatever the text in its place is.
  const existing = await checkPlace(context.catalog, served, place, context.store.reader, caller);
  if (!existing.ok) return sendProblem(reply, existing.error);
  if (isList(body.value)) {
    const created = await createMany(context, served, body.value, caller, place);
    return created.ok ? sendText(reply, 201, created.value) : sendProblem(reply, created.error);
  }
  const whole = placed(body.value, place);
  const parsed = whole.ok ? served.parseCreate(whole.value, caller) : whole;
  if (!parsed.ok) return sendProblem(reply, parsed.error);
  const created = await context.store.write(async (unit) => {
    await fulfilWithin(unit, served, ruleContext(context, caller, ownerOf(parsed.value, caller)));
    return await createOne(context, served, parsed.value, caller, unit);
  });
  if (!created.ok) return sendProblem(reply, created.error);
  const { entity, view } = created.value;
  return sendJson(reply, 201, { [served.key]: served.show(entity, view, caller) });
}

async function put(
  context: ApiContext,
  served: Served,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const target = memberRequest(served, request);
  if (!target.ok) return sendProblem(reply, target.error);
  const body = unwrap(request.body, served.key);
  const parsed = body.ok ? served.parseUpdate(body.value) : body;
  if (!parsed.ok) {
    // Neutron looks for the thing before it looks at the body.
    const found = await getMember(served, target.value, context.store.reader);
    return sendProblem(reply, found.ok ? parsed.error : found.error);
  }
  const { caller } = target.value;
  const updated = await context.store.write<Written, Problem>(async (unit) => {
    const entity = await updateMember(context, served, target.value, parsed.value, unit);
    if (!entity.ok) return entity;
    return ok({ entity: entity.value, view: await viewOf(context, served, [entity.value], unit, caller) });
  });
  if (!updated.ok) return sendProblem(reply, updated.error);
  const { entity, view } = updated.value;
  return sendJson(reply, 200, { [served.key]: served.show(entity, view, caller) });
}

async function destroy(
  context: ApiContext,
  served: Served,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const target = memberRequest(served, request);
  if (!target.ok) return sendProblem(reply, target.error);
  const deleted = await context.store.write((unit) => deleteMember(context, served, target.value, unit));
  return deleted.ok ? reply.code(204).send() : sendProblem(reply, deleted.error);
}

/** The authenticated caller. Throws on a public route, where no caller was authenticated. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error(`${request.method} ${request.url} has no caller`);
  return request.caller;
}

/** Reads the id, the caller and `If-Match: revision_number=N` (neutron-lib api/definitions/revisionifmatch.py). */
export function memberRequest(served: Served, request: FastifyRequest): Result<MemberRequest, Problem> {
  const { id = '' } = request.params as { readonly id?: string };
  const expected = expectedRevision(request.headers['if-match']);
  if (!expected.ok) return expected;
  const [parentId] = Object.values(placeOf(served, request));
  return ok({ id, parentId, caller: callerOf(request), expectedRevision: expected.value });
}

/** The revision in the header, quoted or alone. Other tags say nothing of revisions (neutron api/api_common.py). */
function expectedRevision(header = ''): Result<number | undefined, Problem> {
  const quoted = [...header.matchAll(/(W\/)?"([^"]*)"/g)].filter(([, weak]) => weak === undefined);
  const tags = header.includes('"') ? quoted.map(([, , tag = '']) => tag) : [header];
  const [said, ...others] = tags.filter((tag) => tag.startsWith('revision_number='));
  if (said === undefined) return ok(undefined);
  const number = said.slice('revision_number='.length).trim();
  if (others.length > 0) return err(badCondition('Multiple revision_number etags are not supported'));
  if (!/^\d{1,15}$/.test(number))
    return err(badCondition('Revision number etag must be in the format of revision_number=<int>'));
  return ok(Number(number));
}

function badCondition(reason: string): Problem {
  return badRequest({ resource: 'if-match', reason });
}
