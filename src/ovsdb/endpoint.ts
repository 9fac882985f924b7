/** Where an ovsdb-server listens (ovsdb(7) "Connection Methods"). `host` is a name or an address without brackets. */
export type Endpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'ssl'; readonly host: string; readonly port: number };

/** RFC 7047 §6: the port that IANA assigned to OVSDB. */
const defaultPort = 6640;

/** How endpoints are written. */
export const endpointForms = 'unix:PATH, tcp:HOST:PORT or ssl:HOST:PORT';

/** Reads one such as `ssl:[2001:db8::1]:6641` or `unix:/run/ovn/ovnnb_db.sock`; undefined for anything else. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const [, kind, rest] = /^(unix|tcp|ssl):(.+)$/.exec(text) ?? [];
  if (!kind || !rest) return undefined;
  if (kind === 'unix') return { kind, path: rest };
  const [, bracketed, plain, portText] =
    /^(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([^[\]:]+))(?::(\d{1,5}))?$/.exec(rest) ?? [];
  const host = bracketed ?? plain;
  const port = portText === undefined ? defaultPort : Number(portText);
  if (!host || port < 1 || port > 65535) return undefined;
  return { kind: kind === 'tcp' ? 'tcp' : 'ssl', host, port };
}

/** The inverse of parseEndpoint; IPv6 addresses get their brackets. */
export function formatEndpoint(endpoint: Endpoint): string {
  if (endpoint.kind === 'unix') return `unix:${endpoint.path}`;
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return `${endpoint.kind}:${host}:${endpoint.port}`;
}
