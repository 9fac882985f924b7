import { invariant, oneTurn, partsOf, takeTurns } from '../base/index.ts';
import type { Change, Key } from '../kit/index.ts';
import type { Port, PortId } from '../resources/index.ts';
import { applyChange } from './apply.ts';
import type { Queries } from './dialect/session.ts';
import { type Displacement, endDisplaced } from './displacement.ts';
import { observedWriterOn } from './observed-writer.ts';
import { writeKeys } from './outbox.ts';
import { membership } from './predicate.ts';
import { readerOn } from './read.ts';
import { advanceBulk, type BulkId, publish, stage } from './staged.ts';
import type { UnitOfWork } from './types.ts';

/** A unit that may be part of a bulk. */
export interface BulkUnit extends UnitOfWork {
  /** Keeps what the unit inserts, and its keys, from being seen until the bulk is published. `part`: units before. */
  stage(bulk: BulkId, part: number): Promise<void>;
  /** Lets everybody see what `part` units have staged. */
  publish(bulk: BulkId, part: number): Promise<void>;
}

/** A unit under way, and what its runner does with it. */
export interface RunningUnit {
  readonly unit: BulkUnit;
  /** Writes the keys, as the last thing in the unit. True when there were any. */
  finish(): Promise<boolean>;
  /** Makes the unit refuse everything: a call that comes late would land in the unit of somebody else. */
  end(): void;
}

/** Starts a unit of work in an open transaction. It must not be used after it is finished or has failed. */
export function startUnit(queries: Queries, revision: number): RunningUnit {
  const dirty = new Map<string, Set<string>>();
  const applied: Change[] = [];
  const displaced: Displacement[] = [];
  let bulk: BulkId | undefined;
  let hasPublishedKeys = false;
  let isOver = false;
  const guarded = guard(queries, () => invariant(!isOver, 'a unit of work is used only while it runs'));
  const unit: BulkUnit = {
    ...readerOn(guarded, 'all'),
    observed: observedWriterOn(guarded),
    revision,
    async apply(changes, keys) {
      // SQLite answers at once: without turns, a change of many ports would keep all reads waiting.
      const turn = takeTurns(oneTurn);
      for (const change of changes) {
        await turn();
        displaced.push(await applyChange(guarded, change));
        applied.push(change);
      }
      addKeys(dirty, keys);
    },
    setPortStatus: (portIds, status) => setPortStatus(guarded, portIds, status),
    async stage(staged, part) {
      await advanceBulk(guarded, staged, part);
      bulk = staged;
    },
    async publish(staged, part) {
      hasPublishedKeys = await publish(guarded, staged, part, revision);
    },
  };
  return {
    unit,
    async finish() {
      addKeys(dirty, await endDisplaced(unit.observed, displaced));
      if (bulk !== undefined) {
        await stage(queries, bulk, applied, keysOf(dirty));
        return false;
      }
      await writeKeys(queries, keysOf(dirty), revision);
      return dirty.size > 0 || hasPublishedKeys;
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
    get parts() {
      check();
      return queries.parts;
    },
  };
}

function addKeys(dirty: Map<string, Set<string>>, keys: readonly Key[]): void {
  for (const { kind, id } of keys) {
    const ids = dirty.get(kind) ?? new Set();
    dirty.set(kind, ids.add(id));
  }
}

function* keysOf(dirty: ReadonlyMap<string, ReadonlySet<string>>): Iterable<Key> {
  for (const [kind, ids] of dirty) for (const id of ids) yield { kind, id };
}

/** Ports in one statement: SQLite answers at once, and all others wait for these some 3 ms. */
const portsPerStatement = 250;

async function setPortStatus(
  { entities, words }: Queries,
  portIds: readonly PortId[],
  status: Port['status'],
): Promise<number> {
  const turn = takeTurns(oneTurn);
  let changed = 0;
  for (const some of partsOf(portIds, portsPerStatement)) {
    await turn();
    const { numUpdatedRows } = await entities
      .updateTable('ports')
      .set({ status })
      .where(membership('id', some, words))
      .where('status', '<>', status)
      .executeTakeFirst();
    changed += Number(numUpdatedRows);
  }
  return changed;
}
