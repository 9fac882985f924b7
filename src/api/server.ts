import { randomUUID } from 'node:crypto';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify, type HTTPMethods } from 'fastify';
import { Registry } from 'prom-client';
import type { Authenticator } from '../auth/index.ts';
import { type Clock, type Log, parseExactJson, silentLog, systemClock } from '../base/index.ts';
import type { ResourceSettings } from '../kit/index.ts';
import { authorizeAction } from '../policy/index.ts';
import { defaultSettings, fixedCollections } from '../resources/index.ts';
import type { Store } from '../store/index.ts';
import { type Catalog, createCatalog } from './catalog.ts';
import { type ConnectionLimits, connectionOptions, defaultConnectionLimits, refuseConnection } from './connection.ts';
import type { ApiContext } from './context.ts';
import { discoveryRoutes } from './discovery.ts';
import { firstHopRoute, hasFirstHop } from './first-hop.ts';
import { fixedRoutes } from './fixed-routes.ts';
import { type Check, healthRoutes } from './health.ts';
import { metricsRoutes } from './metrics.ts';
import { openApiRoutes } from './openapi.ts';
import { sendError, sendProblem } from './reply.ts';
import { resourceRoutes } from './routes.ts';
import { tagRoutes } from './tag-routes.ts';
import { unavailableProblem } from './unavailable.ts';

/** The parts that the API is made of, and its limits. */
export interface ApiOptions {
  readonly store: Store;
  readonly auth: Authenticator;
  readonly catalog?: Catalog;
  readonly settings?: Partial<ResourceSettings>;
  readonly log?: Log;
  readonly clock?: Clock;
  /** Where the requests' figures go, and what `/metrics` shows. */
  readonly registry?: Registry;
  /** Each is asked by `/healthcheck`, under its name; the store is asked anyway. */
  readonly checks?: Readonly<Record<string, Check>>;
  /** Largest request body, in bytes. Default 4 MiB: some thousand ports in bulk. */
  readonly bodyLimitBytes?: number;
  readonly connections?: Partial<ConnectionLimits>;
  /** Whether the headers X-Forwarded-* are a proxy's, who says by which address its clients know the API. Default: no. */
  readonly trustsProxy?: boolean;
}

/**
 * Makes the server of the Networking API. The caller adds what else it serves, and starts it; routes that it adds name
 * their rule in `config`, or `public`.
 */
export function createApi(options: ApiOptions): FastifyInstance {
  const { store, auth, registry = new Registry(), log = silentLog } = options;
  const context: ApiContext = {
    store,
    catalog: options.catalog ?? createCatalog(),
    settings: { ...defaultSettings, ...options.settings },
    clock: options.clock ?? systemClock,
    log,
    trustsProxy: options.trustsProxy ?? false,
  };
  const { keepAliveTimeout, requestTimeout, ...http } = connectionOptions({
    ...defaultConnectionLimits,
    ...options.connections,
  });
  const app = fastify({
    keepAliveTimeout,
    requestTimeout,
    http,
    clientErrorHandler: refuseConnection,
    frameworkErrors: refuseUrl,
    bodyLimit: options.bodyLimitBytes ?? 4 * 1024 * 1024,
    genReqId: () => `req-${randomUUID()}`,
    rewriteUrl: ({ url = '/' }) => withoutFormat(url),
    // A tag in a path may have 255 characters of nine bytes each. Handlers refuse parts that are too long themselves.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 4_096 },
    forceCloseConnections: 'idle',
  });
  parseJsonOnly(app);
  answerErrors(app, log);
  authenticate(app, auth);
  const methods = collectMethods(app);
  metricsRoutes(app, registry);
  discoveryRoutes(app, context);
  healthRoutes(app, context, options.checks ?? {});
  openApiRoutes(app, context);
  for (const served of context.catalog.served) {
    resourceRoutes(app, context, served);
    if (served.byName.has('tags')) tagRoutes(app, context, served);
    if (hasFirstHop(served)) firstHopRoute(app, context, served);
  }
  for (const fixed of fixedCollections) fixedRoutes(app, fixed);
  refuseOtherMethods(app, methods);
  return app;
}

/** Answers a path that the router can't read, as `%ff`, or whose parts are too long to be anything. */
function refuseUrl(
  error: Error & { readonly statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  reply.header('x-openstack-request-id', request.id);
  if (error.statusCode === 414) sendError(reply, 414, 'HTTPRequestURITooLong', 'The URI is too long.');
  else sendError(reply, 400, 'HTTPBadRequest', 'The URI is malformed.');
}

/** Old clients ask for /v2.0/networks.json. A tag in the path (after `tags/`) may end with .json, and keeps it. */
function withoutFormat(url: string): string {
  return url.replace(/^(\/v2\.0\/(?:(?!\/tags\/)[^?])*)\.json(?=\?|$)/, '$1');
}

/** Parses every body as JSON, with any Content-Type; an empty body counts as none. */
function parseJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined);
    try {
      done(null, parseExactJson(String(body)));
    } catch {
      done(Object.assign(new Error('Malformed request body'), { statusCode: 400 }));
    }
  });
}

function answerErrors(app: FastifyInstance, log: Log): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-openstack-request-id', request.id);
    done();
  });
  app.setNotFoundHandler((_request, reply) =>
    sendError(reply, 404, 'HTTPNotFound', 'The resource could not be found.'),
  );
  app.setErrorHandler((error: Error & { readonly statusCode?: number }, request, reply) => {
    const unavailable = unavailableProblem(error);
    if (unavailable) {
      log.debug({ reason: error.message, requestId: request.id }, `${request.method} ${request.url} is unavailable`);
      return sendProblem(reply, unavailable);
    }
    const status = error.statusCode ?? 500;
    if (status < 500)
      return sendError(reply, status, status === 413 ? 'HTTPRequestEntityTooLarge' : 'HTTPBadRequest', error.message);
    log.error({ err: error, requestId: request.id }, `${request.method} ${request.url} failed`);
    const message = 'Request Failed: internal server error while processing your request.';
    return sendError(reply, 500, 'HTTPInternalServerError', message);
  });
}

/** Refuses callers that can't fulfil the route's rule, before its handler runs. A route must name its rule. */
function authenticate(app: FastifyInstance, auth: Authenticator): void {
  app.decorateRequest('caller', undefined);
  app.addHook('onRoute', ({ config, method, url }) => {
    if (config?.rule === undefined) throw new Error(`route ${String(method)} ${url} names no rule`);
  });
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const { rule = 'public' } = request.routeOptions.config;
    if (rule === 'public') return;
    const caller = await auth.authenticate(request.headers);
    if (!caller.ok) return sendProblem(reply, caller.error);
    const allowed = authorizeAction(caller.value, rule);
    if (!allowed.ok) return sendProblem(reply, allowed.error);
    request.caller = caller.value;
  });
}

const allMethods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

function collectMethods(app: FastifyInstance): ReadonlyMap<string, ReadonlySet<string>> {
  const methods = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = methods.get(url) ?? new Set();
    for (const each of [method].flat()) known.add(each);
    methods.set(url, known);
  });
  return methods;
}

/** A path that exists, with a method that it doesn't have, is 405 and not 404. */
function refuseOtherMethods(app: FastifyInstance, methods: ReadonlyMap<string, ReadonlySet<string>>): void {
  for (const [url, known] of [...methods]) {
    const others = allMethods.filter((method) => !known.has(method));
    if (others.length === 0) continue;
    app.route({
      method: [...others],
      url,
      config: { rule: 'public' },
      handler: (_request, reply) =>
        sendError(reply, 405, 'HTTPMethodNotAllowed', 'The method is not allowed for this resource.'),
    });
  }
}
