import type { Uuid } from '../base/index.ts';
import { label } from '../ovn/index.ts';
import { type Atom, byUuid, type Mutation, type Operation, type RowValue, type Value } from '../ovsdb/index.ts';
import type { NbTable } from './schema.ts';

type TextMap = Readonly<Record<string, string>>;

/** A row that stands in NB, as far as the comparison of any table needs it. */
export type ActualRow = RowValue & { readonly _uuid: Uuid; readonly external_ids: TextMap };

/** How the columns of a table are compared. */
interface Columns {
  readonly table: NbTable;
  readonly ownsKey: Readonly<Record<string, (key: string) => boolean>>;
  readonly byElement?: readonly string[];
}

/** The operations that change one row; none when all that we manage is equal. */
export function updateOperations(
  { table, ownsKey, byElement }: Columns,
  actual: ActualRow,
  desired: RowValue,
): readonly Operation[] {
  const whole: Record<string, Value> = {};
  const mutations: Mutation[] = [];
  for (const [column, value] of Object.entries(desired)) {
    const owns = ownsKey[column];
    if (byElement?.includes(column))
      mutations.push(...setMutations(column, actual[column] as readonly Atom[], value as readonly Atom[]));
    else if (owns) mutations.push(...mapMutations(column, actual[column] as TextMap, value as TextMap, owns));
    else if (!equalValues(actual[column], value)) whole[column] = value;
  }
  const where = byUuid(actual._uuid);
  const changes: Operation[] = [];
  if (Object.keys(whole).length > 0) changes.push({ op: 'update', table, where, row: whole });
  if (mutations.length > 0) changes.push({ op: 'mutate', table, where, mutations });
  return changes;
}

/** The revision that a row's labels carry; 0 when they carry none. */
export function revisionOf({ external_ids }: ActualRow): number {
  return Number(external_ids[label.revision] ?? 0);
}

/**
 * Holds as long as the row has the labels that the comparison saw: when another controller was faster, the transaction
 * fails and is planned again.
 */
export function unchangedSince(table: NbTable, { _uuid, external_ids }: ActualRow): Operation {
  return {
    op: 'wait',
    table,
    where: byUuid(_uuid),
    columns: ['external_ids'],
    until: '==',
    rows: [{ external_ids }],
    timeoutMs: 0,
  };
}

/** A map is changed key by key, so that the keys of others stay. An insert keeps what is there: delete comes first. */
function mapMutations(
  column: string,
  actual: TextMap,
  desired: TextMap,
  owns: (key: string) => boolean,
): readonly Mutation[] {
  const stale = Object.keys(actual).filter((key) => owns(key) && actual[key] !== desired[key]);
  const fresh = Object.entries(desired).filter(([key, value]) => actual[key] !== value);
  const mutations: Mutation[] = [];
  if (stale.length > 0) mutations.push([column, 'delete', stale]);
  if (fresh.length > 0) mutations.push([column, 'insert', Object.fromEntries(fresh)]);
  return mutations;
}

function setMutations(column: string, actual: readonly Atom[], desired: readonly Atom[]): readonly Mutation[] {
  const [before, after] = [new Set(actual), new Set(desired)];
  const stale = actual.filter((element) => !after.has(element));
  const fresh = desired.filter((element) => !before.has(element));
  const mutations: Mutation[] = [];
  if (stale.length > 0) mutations.push([column, 'delete', stale]);
  if (fresh.length > 0) mutations.push([column, 'insert', fresh]);
  return mutations;
}

/** Sets and maps have no order (RFC 7047 §3.2). */
function equalValues(actual: Value, desired: Value): boolean {
  if (isNumberMap(actual) && isNumberMap(desired)) return equalMaps(actual, desired);
  if (!Array.isArray(actual) || !Array.isArray(desired)) return actual === desired;
  const known = new Set(actual);
  return actual.length === desired.length && desired.every((element) => known.has(element));
}

type NumberMap = Readonly<Record<string, number>>;

function isNumberMap(value: Value): value is NumberMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function equalMaps(actual: NumberMap, desired: NumberMap): boolean {
  const keys = Object.keys(desired);
  return keys.length === Object.keys(actual).length && keys.every((key) => actual[key] === desired[key]);
}
