/**
 * The OpenStack Networking API v2.0 over HTTP: routes, query strings, bodies and answers, made from the catalogue's
 * definitions. It knows callers, policy and the store; what a request means is decided by the resources' rules, and nothing
 * here knows OVN.
 */
export { type Catalog, createCatalog } from './catalog.ts';
export { type ConnectionLimits, connectionOptions, defaultConnectionLimits, refuseConnection } from './connection.ts';
export { describeApi } from './openapi.ts';
export { type ApiOptions, createApi } from './server.ts';
