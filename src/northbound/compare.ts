import type { Uuid } from '../base/index.ts';
import type { Key } from '../kit/index.ts';
import { ownerOf } from '../ovn/index.ts';
import type { Operation, Replica, RowValue } from '../ovsdb/index.ts';
import { keyText } from '../reconcile/index.ts';
import { type ActualRow, revisionOf, unchangedSince, updateOperations } from './delta.ts';
import { type Reference, without } from './references.ts';
import type { NbSeen, NbTable } from './schema.ts';
import type { Columns, DesiredRow, RowSource, Translation } from './translation.ts';
import type { World } from './world.ts';

/** The difference between the desired and the actual rows of one table. */
export interface Delta {
  readonly table: NbTable;
  readonly removed: ActualRow[];
  readonly added: DesiredRow[];
  readonly updates: Operation[];
  /** References to its rows that go. */
  readonly detached: Reference[];
  /** References to its rows that come, from rows that stand in NB or are to stand there. */
  readonly attached: Reference[];
  /** References to its rows that come as soon as the holder stands in NB. */
  readonly joined: Joined[];
}

/** A member that a row is to have, and the key whose object it stands for. */
export interface Joined extends Reference {
  readonly key: Key;
}

interface Comparison {
  readonly translation: Translation;
  readonly replica: Replica<NbSeen>;
  readonly delta: Delta;
}

/** Compares the rows of one table, as far as the keys of the world name their objects. */
export async function compareTable(
  translation: Translation,
  world: World,
  replica: Replica<NbSeen>,
  turn: () => Promise<void>,
): Promise<Delta> {
  const { table, sources } = translation;
  const delta: Delta = { table, removed: [], added: [], updates: [], detached: [], attached: [], joined: [] };
  const comparison = { translation, replica, delta };
  for (const source of sources) {
    for (const key of world.keys) {
      if (key.kind !== source.kind.kind) continue;
      const desired = desiredRows(source, world, key);
      removeOthers(comparison, key, desired);
      for (const row of desired) {
        await turn();
        compareRow(comparison, key, row);
      }
    }
  }
  return delta;
}

function desiredRows({ kind, rows }: RowSource, world: World, { id }: Key): readonly DesiredRow[] {
  const facts = world.find(kind, id);
  return facts === undefined ? [] : rows(facts);
}

function removeOthers({ translation, replica, delta }: Comparison, key: Key, desired: readonly DesiredRow[]): void {
  const wanted = new Set(desired.map(({ uuid }) => uuid));
  for (const row of replica.table(translation.table).listBy('owner', keyText(key))) {
    if (wanted.has(row._uuid)) continue;
    const actual = row as unknown as ActualRow;
    delta.removed.push(actual);
    delta.detached.push(...parentsOf(translation, actual), ...membershipsOf(translation, replica, actual._uuid));
  }
}

function compareRow({ translation, replica, delta }: Comparison, key: Key, row: DesiredRow): void {
  const { table } = translation;
  const actual = replica.table(table).find(row.uuid) as unknown as ActualRow | undefined;
  const desired = { ...(row.columns as unknown as RowValue), _uuid: row.uuid };
  const members = desiredMemberships(translation, row);
  if (!actual) {
    delta.added.push(row);
    delta.attached.push(...parentsOf(translation, desired));
    delta.joined.push(...members.map((one) => ({ ...one, key })));
    return;
  }
  if (revisionOf(actual) > row.revision) return;
  const updates = updateOperations(translation, actual, row.columns as unknown as RowValue);
  const standing = membershipsOf(translation, replica, row.uuid);
  const [left, entered] = [without(standing, members), without(members, standing)];
  if (updates.length + left.length + entered.length === 0) return;
  const [before, after] = [parentsOf(translation, actual), parentsOf(translation, desired)];
  delta.updates.push(unchangedSince(table, actual), ...updates);
  delta.detached.push(...without(before, after), ...left);
  delta.attached.push(...without(after, before));
  delta.joined.push(...entered.map((one) => ({ ...one, key })));
}

/** Parents follow from the labels. */
function parentsOf({ parentsOf }: Translation, row: RowValue & { readonly _uuid: Uuid }): readonly Reference[] {
  const holders = parentsOf?.(row as unknown as Columns<NbTable>) ?? [];
  return holders.map((holder) => ({ holder, uuid: row._uuid }));
}

function desiredMemberships({ membersIn }: Translation, { uuid, memberOf = [] }: DesiredRow): readonly Reference[] {
  return membersIn ? memberOf.map((holder) => ({ holder: { ...membersIn, uuid: holder }, uuid })) : [];
}

/** The rows of ours that have this one as a member. Rows of other clients stay as these made them. */
function membershipsOf({ membersIn }: Translation, replica: Replica<NbSeen>, uuid: Uuid): readonly Reference[] {
  if (!membersIn) return [];
  const holders = replica.table(membersIn.table).listBy(membersIn.column, uuid);
  return holders
    .filter((holder) => ownerOf(holder) !== undefined)
    .map((holder) => ({ holder: { ...membersIn, uuid: holder._uuid }, uuid }));
}
