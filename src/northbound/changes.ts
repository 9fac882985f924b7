import { listDifference } from '../base/index.ts';
import type { Key } from '../kit/index.ts';
import { ownerOf } from '../ovn/index.ts';
import type { Replica, RowChange } from '../ovsdb/index.ts';
import { parseKey } from '../reconcile/index.ts';
import type { NbSeen } from './schema.ts';

type Change = RowChange<NbSeen>;

/**
 * The keys of what a change of another client may have broken. Members that come and go are looked at by themselves: a
 * group may have thousands of rules, and another controller adds a member to it for each port.
 */
export function keysOfChange(change: Change, replica: Replica<NbSeen>): readonly Key[] {
  if (change.table !== 'Port_Group') return ownersOf(change);
  return [...(isOfMembersOnly(change) ? [] : ownersOf(change)), ...movedMembers(change, replica)];
}

/** The key of the object that a row of ours stands for. */
export function keyOfRow(row: { readonly external_ids: Readonly<Record<string, string>> }): Key | undefined {
  const owner = ownerOf(row);
  return owner === undefined ? undefined : parseKey(owner);
}

function ownersOf(change: Change): readonly Key[] {
  return [change.old, change.new].flatMap((row) => (row && keyOfRow(row)) ?? []);
}

type GroupChange = Extract<Change, { readonly table: 'Port_Group' }>;

function isOfMembersOnly({ old, new: row }: GroupChange): boolean {
  if (!old || !row) return false;
  return old.name === row.name && old.external_ids === row.external_ids;
}

function movedMembers({ old, new: row }: GroupChange, replica: Replica<NbSeen>): readonly Key[] {
  if (!keyOfRow(old ?? row ?? { external_ids: {} })) return [];
  const { gone, come } = listDifference(old?.ports ?? [], row?.ports ?? []);
  return [...gone, ...come].flatMap((uuid) => {
    const port = replica.table('Logical_Switch_Port').find(uuid);
    return (port && keyOfRow(port)) ?? [];
  });
}
