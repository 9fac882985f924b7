import { type Clock, err, type Milliseconds, ok, type Result } from '../base/index.ts';
import { connectTo } from './connect.ts';
import type { Endpoint } from './endpoint.ts';
import { type OvsdbError, transportError } from './errors.ts';
import { Monitor } from './monitor.ts';
import { ReplicaStore } from './replica-store.ts';
import type { DatabaseSchema } from './schema.ts';
import { findMismatch } from './schema-check.ts';
import { reasonToLeave, type ServerTables, serverSchema } from './server-status.ts';
import { openSession, type Session } from './session.ts';
import type { TlsCredentials } from './tls.ts';
import { tableCodec } from './wire/table-codec.ts';
import { ValueError } from './wire/value-codec.ts';

/** How to connect to a server, when to stay with it, and the monitor that follows it. */
export interface LinkOptions {
  readonly schema: DatabaseSchema;
  readonly tls: TlsCredentials | undefined;
  readonly leaderOnly: boolean;
  readonly probeInterval: () => Milliseconds;
  readonly clock: Clock;
  /** Brings the replica up to date and keeps it so. */
  readonly monitor: Monitor;
  /** The columns that the monitor asks for. */
  readonly columnsByTable: ReadonlyMap<string, readonly string[]>;
  /** Ends the attempt to connect. */
  readonly signal: AbortSignal;
}

/** One connection to one server, from the first byte to the last. */
export interface Link {
  /** Resolves when the connection has ended, with the reason. */
  readonly ended: Promise<OvsdbError>;
}

/**
 * Connects, makes sure that the server is one to stay with, and brings the replica up to date. `onSession` hands out
 * the session early, so that the caller can end it at any time.
 */
export async function openLink(
  endpoint: Endpoint,
  options: LinkOptions,
  onSession: (session: Session) => void,
): Promise<Result<Link, OvsdbError>> {
  const socket = await connectTo(endpoint, options);
  if (!socket.ok) return socket;
  const { monitor } = options;
  const server = serverWatch();
  const ended = Promise.withResolvers<OvsdbError>();
  const session = openSession(socket.value, {
    clock: options.clock,
    probeInterval: options.probeInterval,
    rowsFor: (name) => server.monitor.rowsFor(name) ?? monitor.rowsFor(name),
    onNotification: (method, params) => dispatch(session, [server.monitor, monitor], method, params),
    onClose: (reason) => {
      if (reason.kind === 'protocol-violation') monitor.forget();
      monitor.stop();
      ended.resolve(reason);
    },
  });
  onSession(session);
  const prepared = await prepare(session, server, options);
  if (!prepared.ok) session.close(prepared.error);
  // The error that ended the session says more than that the request got no answer.
  return prepared.ok ? ok({ ended: ended.promise }) : err(await ended.promise);
}

async function prepare(
  session: Session,
  server: ServerWatch,
  { schema, columnsByTable, leaderOnly, monitor }: LinkOptions,
): Promise<Result<void, OvsdbError>> {
  const names = await session.request('list_dbs', []);
  if (!names.ok) return names;
  if (Array.isArray(names.value) && names.value.includes(serverSchema.name)) {
    const watched = await watchServer(session, server, schema.name, leaderOnly);
    if (!watched.ok) return watched;
  }
  const served = await session.request('get_schema', [schema.name]);
  if (!served.ok) return served;
  const mismatch = findMismatch(schema, columnsByTable, served.value);
  if (mismatch) return err(mismatch);
  return monitor.start(session);
}

interface ServerWatch {
  readonly store: ReplicaStore<ServerTables>;
  readonly monitor: Monitor;
}

function serverWatch(): ServerWatch {
  const { Database } = serverSchema.tables;
  const codec = tableCodec('Database', Database, Object.keys(Database.columns));
  const store = new ReplicaStore<ServerTables>(new Map([['Database', codec]]));
  return { store, monitor: new Monitor(serverSchema, { Database: { columns: 'all' } }, store) };
}

/** Ends the session as soon as the server is no longer one to stay with. */
async function watchServer(
  session: Session,
  { store, monitor }: ServerWatch,
  name: string,
  leaderOnly: boolean,
): Promise<Result<void, OvsdbError>> {
  const check = () => {
    const served = [...store.table('Database').rows()].find((row) => row.name === name);
    const reason = reasonToLeave(name, served, leaderOnly);
    if (reason) session.close(reason);
  };
  store.subscribe(check);
  return monitor.start(session);
}

function dispatch(session: Session, monitors: readonly Monitor[], method: string, params: readonly unknown[]): void {
  if (method === 'monitor_canceled') session.close(transportError('connection-lost', 'the server canceled a monitor'));
  if (!/^update[23]?$/.test(method)) return;
  const monitor = monitors.find(({ name }) => name === params[0]);
  if (!monitor) throw new ValueError(`an update for a monitor that was not asked for: ${params[0]}`);
  monitor.onUpdate(method, params);
}
