import { takeTurns, type Uuid } from '../base/index.ts';
import type { Key } from '../kit/index.ts';
import { northbound } from '../ovn/index.ts';
import { byUuid, type Operation, type Replica, type RowValue } from '../ovsdb/index.ts';
import { keyText } from '../reconcile/index.ts';
import { type ActualRow, revisionOf, updateOperations } from './delta.ts';
import { translations } from './list.ts';
import type { NbSeen, NbTable } from './schema.ts';
import type { Columns, DesiredRow, Holder, Translation } from './translation.ts';
import type { World } from './world.ts';

/** The difference between the desired and the actual rows of one table. */
interface Delta {
  readonly table: NbTable;
  readonly removed: ActualRow[];
  readonly added: DesiredRow[];
  readonly updates: Operation[];
  /** References to its rows that come and go. */
  readonly attached: Reference[];
  readonly detached: Reference[];
}

/** What a holder refers to. */
interface Reference {
  readonly holder: Holder;
  readonly uuid: Uuid;
}

/**
 * The operations of one transaction that brings the rows of the world's keys in line, deletes first. The replica may move
 * on meanwhile: the transaction fails when another client changed or inserted one of the rows; a row that is gone shows
 * in its answer. Both are conflicts, and planned again.
 */
export async function planOperations(world: World, replica: Replica<NbSeen>): Promise<readonly Operation[]> {
  const turn = takeTurns();
  const deltas: Delta[] = [];
  for (const translation of translations) deltas.push(await deltaOf(translation, world, replica, turn));
  const removedRoots = new Set(deltas.filter(({ table }) => isRoot(table)).flatMap(removedUuids));
  const isThere = ({ holder: { table, uuid } }: Reference) =>
    !removedRoots.has(uuid) && replica.table(table).find(uuid) !== undefined;
  return [
    ...mutateHolders(
      'delete',
      deltas.flatMap(({ detached }) => detached.filter(isThere)),
    ),
    ...deltas.flatMap(remove),
    ...deltas.flatMap(({ updates }) => updates),
    ...deltas.flatMap(insert),
    ...mutateHolders(
      'insert',
      deltas.flatMap(({ attached }) => attached),
    ),
  ];
}

/** The keys of all rows in NB that are ours: a full scan marks them, and so finds rows that should not exist. */
export function ownedKeys(replica: Replica<NbSeen>, ownerOf: (row: ActualRow) => Key | undefined): readonly Key[] {
  const owned = new Map<string, Key>();
  for (const { table } of translations) {
    for (const row of replica.table(table).rows()) {
      const key = ownerOf(row as unknown as ActualRow);
      if (key) owned.set(keyText(key), key);
    }
  }
  return [...owned.values()];
}

async function deltaOf(
  translation: Translation,
  world: World,
  replica: Replica<NbSeen>,
  turn: () => Promise<void>,
): Promise<Delta> {
  const { table, kind } = translation;
  const rows = replica.table(table);
  const delta: Delta = { table, removed: [], added: [], updates: [], attached: [], detached: [] };
  for (const key of world.keys) {
    if (key.kind !== kind.kind) continue;
    await turn();
    const facts = world.find(kind, key.id);
    const desired = facts === undefined ? [] : translation.rows(facts);
    const wanted = new Set(desired.map(({ uuid }) => uuid));
    for (const row of rows.listBy('owner', keyText(key))) {
      if (!wanted.has(row._uuid)) addRemoved(delta, translation, row as unknown as ActualRow);
    }
    for (const row of desired)
      compare(delta, translation, row, rows.find(row.uuid) as unknown as ActualRow | undefined);
  }
  return delta;
}

/**
 * The server deletes a row of a non-root table once no row refers to it (RFC 7047 §3.2), so also with its parent. A row
 * that another client has attached to a parent that we don't know is left alone.
 */
function addRemoved(delta: Delta, translation: Translation, row: ActualRow): void {
  delta.removed.push(row);
  delta.detached.push(...parentsOf(translation, row));
}

function compare(delta: Delta, translation: Translation, row: DesiredRow, actual: ActualRow | undefined): void {
  const desired = row.columns as unknown as RowValue;
  if (!actual) {
    delta.added.push(row);
    delta.attached.push(...parentsOf(translation, { ...desired, _uuid: row.uuid }));
    return;
  }
  if (revisionOf(actual) > row.revision) return;
  const { table, ownsKey } = translation;
  const updates = updateOperations({ table, actual, desired, ownsKey });
  if (updates.length === 0) return;
  delta.updates.push(...updates);
  const [before, after] = [parentsOf(translation, actual), parentsOf(translation, { ...desired, _uuid: row.uuid })];
  delta.detached.push(...without(before, after));
  delta.attached.push(...without(after, before));
}

/** Parents follow from the labels. */
function parentsOf({ parentsOf }: Translation, row: RowValue & { readonly _uuid: Uuid }): readonly Reference[] {
  const holders = parentsOf?.(row as unknown as Columns<NbTable>) ?? [];
  return holders.map((holder) => ({ holder, uuid: row._uuid }));
}

function without(some: readonly Reference[], others: readonly Reference[]): readonly Reference[] {
  const known = new Set(others.map(referenceText));
  return some.filter((one) => !known.has(referenceText(one)));
}

function referenceText({ holder, uuid }: Reference): string {
  return `${holderText(holder)}/${uuid}`;
}

function holderText({ table, column, uuid }: Holder): string {
  return `${table}/${column}/${uuid}`;
}

function isRoot(table: NbTable): boolean {
  return northbound.schema.tables[table].isRoot;
}

function removedUuids({ removed }: Delta): readonly Uuid[] {
  return removed.map(({ _uuid }) => _uuid);
}

function remove({ table, removed }: Delta): readonly Operation[] {
  return isRoot(table) ? removed.map(({ _uuid }) => ({ op: 'delete', table, where: byUuid(_uuid) })) : [];
}

function insert({ table, added }: Delta): readonly Operation[] {
  return added.map(({ uuid, columns }) => ({ op: 'insert', table, uuid, row: columns as unknown as RowValue }));
}

/** Sets of references are changed element by element: other clients may have added rows of their own. */
function mutateHolders(mutator: 'insert' | 'delete', references: readonly Reference[]): readonly Operation[] {
  const byHolder = Map.groupBy(references, ({ holder }) => holderText(holder));
  return [...byHolder.values()].flatMap((some) => {
    const holder = some[0]?.holder;
    if (!holder) return [];
    const uuids = some.map(({ uuid }) => uuid);
    const mutations = [[holder.column, mutator, uuids] as const];
    return [{ op: 'mutate', table: holder.table, where: byUuid(holder.uuid), mutations }];
  });
}
