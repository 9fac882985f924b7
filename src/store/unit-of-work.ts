import { invariant, oneTurn, takeTurns } from '../base/index.ts';
import type { Key, KeyKind, Port, PortId } from '../resources/index.ts';
import { applyChange } from './apply.ts';
import type { Queries } from './dialect/session.ts';
import { observedWriterOn } from './observed-writer.ts';
import { writeKeys } from './outbox.ts';
import { readerOn } from './read.ts';
import type { UnitOfWork } from './types.ts';

/** A unit under way, and what its runner does with it. */
export interface RunningUnit {
  readonly unit: UnitOfWork;
  /** Writes the keys, as the last thing in the unit. True when there were any. */
  finish(): Promise<boolean>;
  /** Makes the unit refuse everything: a call that comes late would land in the unit of somebody else. */
  end(): void;
}

export function startUnit(queries: Queries, revision: number): RunningUnit {
  const dirty = new Map<KeyKind, Set<string>>();
  let isOver = false;
  const guarded = guard(queries, () => invariant(!isOver, 'a unit of work is used only while it runs'));
  const unit: UnitOfWork = {
    ...readerOn(guarded),
    observed: observedWriterOn(guarded),
    revision,
    async apply(changes, keys) {
      // SQLite answers at once: without turns, a change of many ports would keep all reads waiting.
      const turn = takeTurns(oneTurn);
      for (const change of changes) {
        await turn();
        await applyChange(guarded, change);
      }
      for (const { kind, id } of keys) {
        const ids = dirty.get(kind) ?? new Set();
        dirty.set(kind, ids.add(id));
      }
    },
    setPortStatus: (portId, status) => setPortStatus(guarded, portId, status),
  };
  return {
    unit,
    async finish() {
      await writeKeys(queries, keysOf(dirty), revision);
      return dirty.size > 0;
    },
    end() {
      isOver = true;
    },
  };
}

function guard(queries: Queries, check: () => void): Queries {
  return {
    words: queries.words,
    get own() {
      check();
      return queries.own;
    },
    get entities() {
      check();
      return queries.entities;
    },
    get run() {
      check();
      return queries.run;
    },
  };
}

function* keysOf(dirty: ReadonlyMap<KeyKind, ReadonlySet<string>>): Iterable<Key> {
  for (const [kind, ids] of dirty) for (const id of ids) yield { kind, id };
}

async function setPortStatus({ entities }: Queries, portId: PortId, status: Port['status']): Promise<boolean> {
  const { numUpdatedRows } = await entities
    .updateTable('ports')
    .set({ status })
    .where('id', '=', portId)
    .where('status', '<>', status)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
