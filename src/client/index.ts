/**
 * A typed client of the OpenStack Networking API v2.0: what the command line, the gap analysis, the benchmarks and
 * the tests speak through. It works against any cloud with that API, and must not know which product answers.
 * Resources and collections are generated from an OpenAPI document (`api.gen.ts`); it imports only base/.
 */
export * from './api.gen.ts';
export { type ApiExtension, type Client, type ClientOptions, createClient, unwrap } from './client.ts';
export {
  type ActionDescription,
  type AnyCollection,
  type AnyRow,
  type Collection,
  type CollectionDescription,
  type Creatable,
  type Deletable,
  isPart,
  pathBelow,
  type Query,
  type Readable,
  type Updatable,
} from './collection.ts';
export { type Credentials, credentialHeaders } from './credentials.ts';
export { type Endpoint, parseEndpoint } from './endpoint.ts';
export { clientModulePath, renderClient } from './generate.ts';
export type { JsonObject, JsonValue } from './json.ts';
export { ApiError, type ApiProblem, describeProblem } from './problem.ts';
export type { JsonSchema } from './schema.ts';
