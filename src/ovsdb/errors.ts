/**
 * A database error: the server was reached and refused (RFC 7047 §3.1 <error>). Nothing was changed.
 * `section` of `databaseErrors` cites where each is defined.
 */
export type DatabaseErrorKind = keyof typeof databaseErrors;

/** A transport error: there was no answer, so whether the server acted is not known from one. */
export type TransportErrorKind = keyof typeof transportErrors;

/** An error that the server answered: it changed nothing (RFC 7047 §3.1 <error>). */
export interface DatabaseError {
  readonly scope: 'database';
  readonly kind: DatabaseErrorKind;
  /** The server's own word, e.g. `constraint violation`. */
  readonly error: string;
  /** The server's explanation; may be empty. */
  readonly details: string;
  /** Position of the operation that failed; undefined when the whole request or the commit did. */
  readonly operation?: number;
  readonly retryable: boolean;
  /** Where the error is defined. */
  readonly section: string;
  readonly message: string;
}

/** A request without an answer. `outcome` says whether the server may have acted on it. */
export interface TransportError {
  readonly scope: 'transport';
  readonly kind: TransportErrorKind;
  readonly details: string;
  readonly retryable: boolean;
  /** Whether a transaction may have been applied all the same. */
  readonly outcome: 'not-applied' | 'unknown';
  readonly message: string;
}

/** Everything that can go wrong with a request to a server. */
export type OvsdbError = DatabaseError | TransportError;

interface DatabaseErrorFacts {
  /** As on the wire. */
  readonly error: string;
  readonly section: string;
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean;
}

/** Every error that RFC 7047 or ovsdb-server (3.1-3.7, `ovsdb/*.c`) puts on the wire. The one list. */
export const databaseErrors = {
  'unknown-database': { error: 'unknown database', section: 'RFC 7047 §4.1.2', retryable: true },
  'database-not-available': {
    error: 'database not available',
    section: 'ovsdb-server jsonrpc-server.c',
    retryable: true,
  },
  'duplicate-request-id': { error: 'duplicate request ID', section: 'ovsdb-server jsonrpc-server.c', retryable: false },
  'duplicate-monitor-id': { error: 'duplicate monitor ID', section: 'ovsdb-server jsonrpc-server.c', retryable: false },
  'unknown-monitor': { error: 'unknown monitor', section: 'RFC 7047 §4.1.7', retryable: false },
  'unknown-method': { error: 'unknown method', section: 'ovsdb-server jsonrpc-server.c', retryable: false },
  canceled: { error: 'canceled', section: 'RFC 7047 §4.1.4', retryable: true },
  'syntax-error': { error: 'syntax error', section: 'RFC 7047 §4.1.3', retryable: false },
  'unknown-table': { error: 'unknown table', section: 'ovsdb-server execution.c', retryable: false },
  'unknown-column': { error: 'unknown column', section: 'ovsdb-server column.c', retryable: false },
  'resources-exhausted': { error: 'resources exhausted', section: 'RFC 7047 §4.1.3', retryable: true },
  'io-error': { error: 'I/O error', section: 'RFC 7047 §4.1.3', retryable: true },
  'duplicate-uuid-name': { error: 'duplicate uuid-name', section: 'RFC 7047 §5.2.1', retryable: false },
  'duplicate-uuid': { error: 'duplicate uuid', section: 'ovsdb-server execution.c', retryable: false },
  'constraint-violation': { error: 'constraint violation', section: 'RFC 7047 §4.1.3', retryable: false },
  'referential-integrity-violation': {
    error: 'referential integrity violation',
    section: 'RFC 7047 §4.1.3',
    retryable: false,
  },
  'unknown-mutator': { error: 'unknown mutator', section: 'ovsdb-server mutation.c', retryable: false },
  'domain-error': { error: 'domain error', section: 'RFC 7047 §5.2.4', retryable: false },
  'range-error': { error: 'range error', section: 'RFC 7047 §5.2.4', retryable: false },
  'timed-out': { error: 'timed out', section: 'RFC 7047 §5.2.6', retryable: true },
  'not-supported': { error: 'not supported', section: 'RFC 7047 §5.2.7', retryable: false },
  aborted: { error: 'aborted', section: 'RFC 7047 §5.2.8', retryable: false },
  'not-owner': { error: 'not owner', section: 'RFC 7047 §5.2.10', retryable: true },
  'not-allowed': { error: 'not allowed', section: 'ovsdb-server(1) "--remote" read-only', retryable: false },
  'permission-error': { error: 'permission error', section: 'ovsdb(7) "Role-Based Access Control"', retryable: false },
  'not-leader': { error: 'not leader', section: 'ovsdb(7) "Clustered Database Service Model"', retryable: true },
  'cluster-error': { error: 'cluster error', section: 'ovsdb-server raft.c', retryable: true },
  'inconsistent-data': { error: 'inconsistent data', section: 'ovsdb-server raft.c', retryable: false },
  'internal-error': { error: 'internal error', section: 'ovsdb(7) "Database Error Handling"', retryable: false },
  /** A word that this list lacks: a newer server's. `DatabaseError.error` has it. */
  unrecognised: { error: '', section: 'RFC 7047 §3.1 <error>', retryable: false },
} as const satisfies Record<string, DatabaseErrorFacts>;

interface TransportErrorFacts {
  readonly retryable: boolean;
  readonly outcome: TransportError['outcome'];
}

/** For each kind of transport error, whether trying again can help, and whether the server may have acted. */
export const transportErrors = {
  /** No connection to a suitable server at this moment; it is being sought. */
  'not-connected': { retryable: true, outcome: 'not-applied' },
  'connect-failed': { retryable: true, outcome: 'not-applied' },
  /** Certificates: a person must act, yet the next try may find it done. */
  'tls-failed': { retryable: true, outcome: 'not-applied' },
  /** The connection ended before the answer. */
  'connection-lost': { retryable: true, outcome: 'unknown' },
  /** No answer in time, or no echo: the connection is given up. */
  'no-answer': { retryable: true, outcome: 'unknown' },
  /** The server sent something that is no JSON-RPC 1.0, or breaks RFC 7047. */
  'protocol-violation': { retryable: true, outcome: 'unknown' },
  /** The server lacks the database, a table or a column that was asked for. */
  'schema-mismatch': { retryable: true, outcome: 'not-applied' },
  /** `close()` was called here. */
  closed: { retryable: false, outcome: 'not-applied' },
} as const satisfies Record<string, TransportErrorFacts>;

/** Makes the typed error of the server's <error> object. Unknown words become `unrecognised`, never an exception. */
export function databaseError(error: string, details = '', operation?: number): DatabaseError {
  const kind = kindByWord.get(error) ?? 'unrecognised';
  const { section, retryable } = databaseErrors[kind];
  return {
    scope: 'database',
    kind,
    error,
    details,
    ...(operation === undefined ? {} : { operation }),
    retryable,
    section,
    message: `${error}${details ? `: ${details}` : ''}${operation === undefined ? '' : ` (operation ${operation})`}`,
  };
}

/** Makes a transport error with the facts of its kind. */
export function transportError(kind: TransportErrorKind, details: string): TransportError {
  return { scope: 'transport', kind, details, ...transportErrors[kind], message: `${kind}: ${details}` };
}

const kindByWord: ReadonlyMap<string, DatabaseErrorKind> = new Map(
  (Object.keys(databaseErrors) as DatabaseErrorKind[])
    .filter((kind) => kind !== 'unrecognised')
    .map((kind) => [databaseErrors[kind].error, kind]),
);
