import type { Uuid } from '../base/index.ts';
import { runCompiled } from './compiled.ts';
import type { Queries } from './dialect/session.ts';

/**
 * What a group of units leaves in its own transaction. When the connection breaks in the commit, the writer looks for it
 * over another one, holding the lock that the lost transaction held: that has ended then, and the mark tells how.
 */
export interface CommitMark {
  /** Of one writer's life. */
  readonly writer: Uuid;
  /** Of the group; never used twice by one writer. */
  readonly number: number;
}

/** A writer that left no mark for so long (milliseconds) has ended. */
const lifetime = 7 * 24 * 3_600_000;

/** Replaces the mark that the writer's group before left. The first one also sweeps away those of writers that ended. */
export async function leaveMark(queries: Queries, { writer, number }: CommitMark): Promise<void> {
  const leftAt = Date.now();
  if (number === 1)
    await queries.own
      .deleteFrom('commit_marks')
      .where('left_at', '<', leftAt - lifetime)
      .execute();
  const mark = () =>
    queries.own
      .insertInto('commit_marks')
      .values({ writer, number, left_at: leftAt })
      .onConflict((conflict) =>
        conflict
          .column('writer')
          .doUpdateSet(({ ref }) => ({ number: ref('excluded.number'), left_at: ref('excluded.left_at') })),
      );
  await runCompiled(queries, 'leave mark', mark, [writer, number, leftAt]);
}

/** Whether the group was committed. */
export async function isMarked({ own }: Queries, { writer, number }: CommitMark): Promise<boolean> {
  const mark = own.selectFrom('commit_marks').select('number').where('writer', '=', writer);
  return (await mark.executeTakeFirst())?.number === number;
}
