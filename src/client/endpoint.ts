import { Agent, type Dispatcher } from 'undici';

/** Where an API listens: over TCP (`http://host:port/prefix`) or on a unix socket (`unix:/path.sock`). */
export interface Endpoint {
  /** As the user wrote it, for messages. */
  readonly text: string;
  /** The URL that all requests start with, without a slash at the end. */
  readonly baseUrl: string;
  readonly socketPath: string | undefined;
}

/** Undefined for what is neither an http(s) URL nor `unix:` with an absolute path. */
export function parseEndpoint(text: string): Endpoint | undefined {
  if (text.startsWith('unix:/')) return { text, baseUrl: 'http://localhost', socketPath: text.slice('unix:'.length) };
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return undefined;
  return { text, baseUrl: withoutVersion(text), socketPath: undefined };
}

/** A connection pool of its own, so that closing one client never closes another's. */
export function dispatcherFor(endpoint: Endpoint): Dispatcher {
  return new Agent(endpoint.socketPath === undefined ? {} : { connect: { socketPath: endpoint.socketPath } });
}

/** Service catalogs give the endpoint with and without `/v2.0`; the client adds it to each path itself. */
function withoutVersion(url: string): string {
  return url.replace(/\/+$/, '').replace(/\/v2\.0$/, '');
}
