import type { TestContext } from 'node:test';
import { exponentialBackoff, milliseconds, type Uuid } from '../../base/index.ts';
import {
  type Database,
  type DatabaseSchema,
  type Endpoint,
  type Operation,
  openDatabase,
  operationsOf,
  parseSchema,
  type ReplicaEvent,
} from '../index.ts';

/** A schema with every kind of column, reference and constraint that RFC 7047 §3.2 knows. */
export const librarySchemaJson = {
  name: 'Library',
  version: '1.0.0',
  tables: {
    Shelf: {
      isRoot: true,
      indexes: [['name']],
      columns: {
        name: { type: 'string' },
        books: { type: { key: { type: 'uuid', refTable: 'Book' }, min: 0, max: 'unlimited' } },
        favourite: { type: { key: { type: 'uuid', refTable: 'Book', refType: 'weak' }, min: 0, max: 1 } },
        labels: { type: { key: 'string', value: 'string', min: 0, max: 'unlimited' } },
        sizes: { type: { key: 'integer', min: 0, max: 'unlimited' } },
        slots: {
          type: {
            key: 'integer',
            value: { type: 'uuid', refTable: 'Book', refType: 'weak' },
            min: 0,
            max: 'unlimited',
          },
        },
        weight: { type: 'real' },
        open: { type: 'boolean' },
        colour: { type: { key: { type: 'string', enum: ['set', ['red', 'green', '']] } } },
        capacity: { type: { key: { type: 'integer', minInteger: 0, maxInteger: 100 }, min: 0, max: 1 } },
        count: { type: 'integer' },
        made: { type: 'string', mutable: false },
      },
    },
    Book: {
      columns: {
        title: { type: 'string' },
        labels: { type: { key: 'string', value: 'string', min: 0, max: 'unlimited' } },
      },
    },
    House: { isRoot: true, maxRows: 1, columns: { name: { type: 'string' } } },
  },
} as const;

type Labels = Readonly<Record<string, string>>;

/** A row with every kind of column. Its `books` are strong references, `favourite` and `slots` weak ones. */
export interface Shelf {
  readonly _uuid: Uuid;
  readonly name: string;
  readonly books: readonly Uuid[];
  readonly favourite: Uuid | undefined;
  readonly labels: Labels;
  readonly sizes: readonly number[];
  readonly slots: Readonly<Record<number, Uuid>>;
  readonly weight: number;
  readonly open: boolean;
  readonly colour: 'red' | 'green' | '';
  readonly capacity: number | undefined;
  readonly count: number;
  readonly made: string;
}

/** A row that lives only as long as a shelf refers to it. */
export interface Book {
  readonly _uuid: Uuid;
  readonly title: string;
  readonly labels: Labels;
}

/** A row of a table that holds one row at most. */
export interface House {
  readonly _uuid: Uuid;
  readonly name: string;
}

/** The rows of the library, by table. */
export interface LibraryTables {
  readonly Shelf: Shelf;
  readonly Book: Book;
  readonly House: House;
}

const parsed = parseSchema(librarySchemaJson);
if (!parsed.ok) throw new Error(parsed.error);
/** The library's schema, parsed as a server's answer is. */
export const librarySchema = parsed.value as unknown as DatabaseSchema<LibraryTables>;

/** Makes operations on the library's tables. */
export const library = operationsOf(librarySchema);

/** A connection to a library with its replica. */
export type Library = Database<LibraryTables>;

/** The servers to connect to, and how long a silent one is borne, in milliseconds. */
export interface OpenOptions {
  readonly endpoints: readonly Endpoint[];
  readonly leaderOnly?: boolean;
  readonly probeMs?: number;
  readonly answerMs?: number;
}

/** Opens a client that replicates everything, retries fast and is closed when the test ends. */
export function openLibrary(
  t: TestContext,
  { endpoints, leaderOnly = false, probeMs = 0, answerMs = 10_000 }: OpenOptions,
): Library {
  const database = openDatabase({
    schema: librarySchema,
    endpoints,
    leaderOnly,
    select: { Shelf: { columns: 'all' }, Book: { columns: 'all' }, House: { columns: 'all' } },
    indexes: { Shelf: { name: (row: Shelf) => row.name, label: (row: Shelf) => Object.keys(row.labels) } },
    probeInterval: milliseconds(probeMs),
    answerTimeout: milliseconds(answerMs),
    backoff: exponentialBackoff({ first: milliseconds(10), ceiling: milliseconds(50) }),
  });
  t.after(() => database.close());
  return database;
}

/** Runs a transaction that must succeed. */
export async function mustTransact(database: Library, ...operations: Operation[]) {
  const answer = await database.transact(operations);
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

/** Runs a transaction that must fail, and returns the error. */
export async function mustFail(database: Library, ...operations: Operation[]) {
  const answer = await database.transact(operations);
  if (answer.ok) throw new Error(`was accepted: ${JSON.stringify(answer.value)}`);
  return answer.error;
}

/** The names of all shelves that the replica has, sorted. */
export function shelfNames(database: Library): string[] {
  return [...database.replica.table('Shelf').rows()].map((row) => row.name).sort();
}

/** Writes down every event from now on. */
export function recordEvents(database: Library): ReplicaEvent<LibraryTables>[] {
  const events: ReplicaEvent<LibraryTables>[] = [];
  database.replica.subscribe((event) => events.push(event));
  return events;
}
