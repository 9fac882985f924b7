import type { FastifyRequest } from 'fastify';

/** The address of the API as its client knows it, for links: `https://cloud.example/network`. Without a slash at its end. */
export function baseUrl(request: FastifyRequest, trustsProxy: boolean): string {
  const { protocol, host, headers } = request;
  if (!trustsProxy) return `${protocol}://${host}`;
  const said = (name: string, pattern: RegExp) => {
    const value =
      String(headers[name] ?? '')
        .split(',', 1)[0]
        ?.trim() ?? '';
    return pattern.test(value) ? value : undefined;
  };
  const scheme = said('x-forwarded-proto', /^https?$/i)?.toLowerCase() ?? protocol;
  const prefix = said('x-forwarded-prefix', /^(\/[\w.~-]+)+\/?$/)?.replace(/\/$/, '') ?? '';
  return `${scheme}://${said('x-forwarded-host', /^[\w.:[\]-]+$/) ?? host}${prefix}`;
}
