import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Clock, err, type Milliseconds, milliseconds, ok, type Result } from '../base/index.ts';
import { type Endpoint, formatEndpoint } from './endpoint.ts';
import { type TransportError, transportError } from './errors.ts';
import type { TlsCredentials } from './tls.ts';

/** A server that is silent this long at the beginning is passed over: another of the cluster may answer. */
const connectTimeout: Milliseconds = milliseconds(5000);

/** The credentials for `ssl:` endpoints, and the signal that ends an attempt. */
export interface ConnectOptions {
  readonly tls: TlsCredentials | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Opens a stream to a server; with TLS, the server's certificate has been verified when it answers. */
export function connectTo(
  endpoint: Endpoint,
  { tls, clock, signal }: ConnectOptions,
): Promise<Result<Socket, TransportError>> {
  const name = formatEndpoint(endpoint);
  if (endpoint.kind === 'ssl' && !tls) {
    return Promise.resolve(err(transportError('tls-failed', `${name}: no private key and certificates were given`)));
  }
  return new Promise((resolve) => {
    const socket = openSocket(endpoint, tls);
    const fail = (error: TransportError) => {
      timer.cancel();
      signal.removeEventListener('abort', abort);
      socket
        .removeAllListeners()
        .on('error', () => {})
        .destroy();
      resolve(err(error));
    };
    const abort = () => fail(transportError('closed', name));
    const timer = clock.after(connectTimeout, () => fail(transportError('connect-failed', `${name}: no answer`)));
    signal.addEventListener('abort', abort);
    socket.once('error', (error) => fail(connectError(name, error)));
    socket.once(endpoint.kind === 'ssl' ? 'secureConnect' : 'connect', () => {
      timer.cancel();
      signal.removeEventListener('abort', abort);
      socket.removeAllListeners('error');
      resolve(ok(socket));
    });
  });
}

function openSocket(endpoint: Endpoint, tls: TlsCredentials | undefined): Socket {
  if (endpoint.kind === 'unix') return connectPlain({ path: endpoint.path });
  const { host, port } = endpoint;
  if (endpoint.kind === 'tcp' || !tls) return connectPlain({ host, port, noDelay: true });
  const { privateKey: key, certificate: cert, ca } = tls;
  // Certificates of a cluster name no hosts (ovs-pki(8)); any certificate that the CA signed is trusted.
  const socket = connectTls({ host, port, key, cert, ca, minVersion: 'TLSv1.2', checkServerIdentity: () => undefined });
  return socket.setNoDelay(true);
}

function connectError(name: string, error: NodeJS.ErrnoException): TransportError {
  const isNetwork = /^(E[A-Z]+|EAI_\w+)$/.test(error.code ?? '') && error.code !== 'EPROTO';
  return transportError(isNetwork ? 'connect-failed' : 'tls-failed', `${name}: ${error.message}`);
}
