import { randomUUID } from 'node:crypto';
import { maxHeaderSize, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import { errorBody } from './reply.ts';

/** How long the API waits for its clients. Seconds. */
export interface ConnectionLimits {
  /**
   * A connection without a request is kept for so long. Default 75, longer than proxies keep theirs (60): the side that
   * closes first may do so while the other one sends its next request.
   */
  readonly keepAliveSeconds: number;
  /** A request, body and all, must have come after so long: 408 otherwise. Default 60, as Node has it for headers. */
  readonly requestSeconds: number;
}

/** The limits of an API that was told none. */
export const defaultConnectionLimits: ConnectionLimits = { keepAliveSeconds: 75, requestSeconds: 60 };

/** The limits as an HTTP server takes them. */
export function connectionOptions({ keepAliveSeconds, requestSeconds }: ConnectionLimits) {
  return {
    keepAliveTimeout: keepAliveSeconds * 1_000,
    headersTimeout: requestSeconds * 1_000,
    requestTimeout: requestSeconds * 1_000,
    connectionsCheckingInterval: Math.max(100, requestSeconds * 50),
  } as const satisfies ServerOptions;
}

/** Answers bytes that did not become a request, as other refusals are answered, and hangs up. */
export function refuseConnection(
  error: NodeJS.ErrnoException & { readonly rawPacket?: unknown },
  socket: Socket,
): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, reason, type, message } = refusalOf(error);
  const body = errorBody({ type, message });
  const headers = [
    `HTTP/1.1 ${status} ${reason}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Openstack-Request-Id: req-${randomUUID()}`,
  ];
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function refusalOf({ code, rawPacket }: NodeJS.ErrnoException & { readonly rawPacket?: unknown }) {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return {
      status: 408,
      reason: 'Request Timeout',
      type: 'HTTPRequestTimeout',
      message: 'The request did not come in time.',
    };
  if (code !== 'HPE_HEADER_OVERFLOW')
    return { status: 400, reason: 'Bad Request', type: 'HTTPBadRequest', message: 'The request is no HTTP.' };
  // The first line is the URI's.
  const firstLine = rawPacket instanceof Buffer ? rawPacket.indexOf('\n') : 0;
  if (firstLine < 0 || firstLine > maxHeaderSize)
    return { status: 414, reason: 'URI Too Long', type: 'HTTPRequestURITooLong', message: 'The URI is too long.' };
  return {
    status: 431,
    reason: 'Request Header Fields Too Large',
    type: 'HTTPRequestHeaderFieldsTooLarge',
    message: 'The headers are too long.',
  };
}
