import type { Uuid } from '../base/index.ts';
import { deleteRow, insertRow, updateRow } from './change.ts';
import type { Decision, RuleContext } from './decision.ts';
import type { Key } from './key.ts';
import { firstRevision, nextRevision, type Standard } from './standard.ts';
import type { Table } from './table.ts';

type Plain = Standard & { readonly id: Uuid };

/** Creates an entity from the input of its fields as it is. */
export function created<E extends Plain, Input extends object>(
  table: Table<E>,
  input: Input & Omit<E, keyof Input | keyof Standard | 'id'>,
  context: RuleContext,
  dirty: (entity: E) => readonly Key[] = () => [],
): Decision<E> {
  const standard = { ...firstRevision(context.now), projectId: context.projectId, tags: [] };
  const entity = { ...input, ...standard, id: context.newId() } as unknown as E;
  return { entity, changes: [insertRow(table, entity)], dirty: dirty(entity) };
}

/** Changes the fields that the input has. */
export function updated<E extends Plain>(
  table: Table<E>,
  before: E,
  input: NoInfer<Partial<E>>,
  { now }: RuleContext,
  dirty: readonly Key[] = [],
): Decision<E> {
  const entity = nextRevision({ ...before, ...input }, now);
  return { entity, changes: [updateRow(table, entity)], dirty };
}

/** The decision to delete a thing, with the keys that this makes dirty. */
export function removed<E extends Plain>(table: Table<E>, entity: E, dirty: readonly Key[] = []): Decision<E> {
  return { entity, changes: [deleteRow<E>(table, entity.id)], dirty };
}
