/**
 * A client of the Open vSwitch Database Management Protocol (RFC 7047 and ovsdb-server(7)) for any schema: a replica
 * that follows a database, and transactions that change it. It knows no table, no OVN, no OVS; imports only `base`.
 */
export {
  type Database,
  type DatabaseOptions,
  type DatabaseStatus,
  openDatabase,
} from './database.ts';
export { type Endpoint, endpointForms, formatEndpoint, parseEndpoint } from './endpoint.ts';
export {
  type DatabaseError,
  type DatabaseErrorKind,
  databaseError,
  databaseErrors,
  type OvsdbError,
  type TransportError,
  type TransportErrorKind,
  transportError,
  transportErrors,
} from './errors.ts';
export type { MonitorMethod } from './monitor.ts';
export {
  abort,
  assertLock,
  byUuid,
  type Commit,
  type Condition,
  type ConditionFunction,
  comment,
  commit,
  type Mutation,
  type Mutator,
  type Operation,
  type OperationResult,
  type Operations,
  operationsOf,
  type WaitOptions,
} from './operation.ts';
export { parseSchema } from './parse-schema.ts';
export type {
  Indexes,
  IndexKey,
  Replica,
  ReplicaEvent,
  RowChange,
  Selected,
  Selection,
  TableReplica,
  TableSelection,
} from './replica.ts';
export type { AtomicType, ColumnSchema, ColumnType, DatabaseSchema, TableSchema } from './schema.ts';
export { readTlsCredentials, type TlsCredentials, type TlsFiles } from './tls.ts';
export { type Atom, isId, namedUuid, type RowValue, type Value } from './value.ts';
