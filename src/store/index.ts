/**
 * Keeps the declared world: rows with revisions, the names they claim, and the outbox keys of what changed, in SQLite or
 * PostgreSQL behind one interface. It knows how rows are stored and nothing of what they mean: the resources' tables say
 * what to store, their rules decide, and no request or packet is known here.
 */
export { StoreBusy } from './busy.ts';
export { type Conflict, StoreConflict } from './conflict.ts';
export { databaseForms, isDatabaseUrl, withoutPassword } from './database-url.ts';
export { openStore } from './open.ts';
export type {
  Binding,
  BindingReader,
  BindingWriter,
  Changes,
  CollectionReader,
  DirtyKey,
  DropCount,
  HostWiring,
  LeaseRecord,
  NetworkAddress,
  ObservedReader,
  ObservedWriter,
  Outbox,
  OwnedAddress,
  PortStanding,
  PortState,
  Snapshot,
  Store,
  StoreOptions,
  UnitOfWork,
  Wiring,
} from './types.ts';
export { StoreUnavailable } from './unavailable.ts';
