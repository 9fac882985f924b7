import { createHmac, timingSafeEqual } from 'node:crypto';

/** The host that the other side proved to be. */
export interface FeedPeer {
  readonly host: string;
}

/** Looks up a request header by its lower-case name, in the form that node:http gives. */
export type HeaderLookup = Readonly<Record<string, string | readonly string[] | undefined>>;

const hostHeader = 'sextant-host';
const scheme = 'Bearer ';

/**
 * The token that lets one host, and no other, use the feed: HMAC-SHA256(agent secret, host name) in hex (RFC 2104).
 * The secret stays with the controllers; a stolen token opens its own host's feed only.
 */
export function agentToken(secret: string, host: string): string {
  return createHmac('sha256', secret).update(host, 'utf8').digest('hex');
}

/** The headers of the agent's upgrade request. */
export function feedHeaders(host: string, token: string): Record<string, string> {
  return { [hostHeader]: encodeURIComponent(host), authorization: `${scheme}${token}` };
}

/** Says which host is calling, or undefined when the token is not that host's (answer 401 then). */
export function verifyFeedHeaders(headers: HeaderLookup, secret: string): FeedPeer | undefined {
  const host = decodeHost(headers[hostHeader]);
  const authorization = headers.authorization;
  if (host === undefined || typeof authorization !== 'string' || !authorization.startsWith(scheme)) return undefined;
  const given = Buffer.from(authorization.slice(scheme.length), 'utf8');
  const expected = Buffer.from(agentToken(secret, host), 'utf8');
  return given.length === expected.length && timingSafeEqual(given, expected) ? { host } : undefined;
}

function decodeHost(value: string | readonly string[] | undefined): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
