import { takeTurns, type Uuid } from '../base/index.ts';
import type { Key } from '../kit/index.ts';
import { northbound } from '../ovn/index.ts';
import { byUuid, type Operation, type Replica, type RowValue } from '../ovsdb/index.ts';
import { keyText } from '../reconcile/index.ts';
import { keyOfRow } from './changes.ts';
import { compareTable, type Delta, type Joined } from './compare.ts';
import { translations } from './list.ts';
import { mutateHolders, type Reference } from './references.ts';
import type { NbSeen, NbTable } from './schema.ts';
import type { World } from './world.ts';

/** A transaction for NB that is ready to be sent, and what must be looked at again later. */
export interface Plan {
  /** Of one transaction, deletes first. */
  readonly operations: readonly Operation[];
  /** Members of rows that do not stand in NB yet: their keys must be looked at again when the row does. */
  readonly waiting: readonly Joined[];
}

/**
 * Plans the transaction that brings the rows of the world's keys in line. The replica may move on meanwhile: the
 * transaction fails when another client changed or inserted one of the rows; a row that is gone shows in its answer. Both
 * are conflicts, and planned again.
 */
export async function planOperations(world: World, replica: Replica<NbSeen>): Promise<Plan> {
  const turn = takeTurns();
  const deltas: Delta[] = [];
  for (const translation of translations) deltas.push(await compareTable(translation, world, replica, turn));
  const added = new Set(deltas.flatMap((delta) => delta.added.map(({ uuid }) => uuid)));
  const removed = new Set(deltas.filter(({ table }) => isRoot(table)).flatMap(removedUuids));
  const stays = ({ holder: { table, uuid } }: Reference) =>
    !removed.has(uuid) && replica.table(table).find(uuid) !== undefined;
  const joined = deltas.flatMap((delta) => delta.joined);
  const isReady = (one: Reference) => added.has(one.holder.uuid) || stays(one);
  const detached = deltas.flatMap((delta) => delta.detached).filter(stays);
  const attached = [...deltas.flatMap((delta) => delta.attached), ...joined.filter(isReady)];
  return {
    operations: [
      ...mutateHolders('delete', detached),
      ...deltas.flatMap(remove),
      ...deltas.flatMap(({ updates }) => updates),
      ...deltas.flatMap(insert),
      ...mutateHolders('insert', attached),
    ],
    waiting: joined.filter((one) => !isReady(one)),
  };
}

/** The keys of all rows in NB that are ours: a full scan marks them, and so finds rows that should not exist. */
export function ownedKeys(replica: Replica<NbSeen>): readonly Key[] {
  const owned = new Map<string, Key>();
  for (const { table } of translations) {
    for (const row of replica.table(table).rows()) {
      const key = keyOfRow(row);
      if (key) owned.set(keyText(key), key);
    }
  }
  return [...owned.values()];
}

/** Whether its rows live without another row that refers to them (RFC 7047 §3.2). */
function isRoot(table: NbTable): boolean {
  return northbound.schema.tables[table].isRoot;
}

function removedUuids({ removed }: Delta): readonly Uuid[] {
  return removed.map(({ _uuid }) => _uuid);
}

/** The server deletes the rows of other tables as soon as nothing refers to them, so also with their parent. */
function remove({ table, removed }: Delta): readonly Operation[] {
  return isRoot(table) ? removed.map(({ _uuid }) => ({ op: 'delete', table, where: byUuid(_uuid) })) : [];
}

function insert({ table, added }: Delta): readonly Operation[] {
  return added.map(({ uuid, columns }) => ({ op: 'insert', table, uuid, row: columns as unknown as RowValue }));
}
