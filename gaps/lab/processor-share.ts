import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Goes before the command of a process that takes only what others leave of a busy processor, as it would take nothing if
 * it ran on a machine of its own: chrt(1), sched(7) "SCHED_IDLE". Whoever wakes up then need not wait for it, either.
 */
export const leavingProcessor: readonly string[] = ['chrt', '--idle', '0'];

/** The least of the nice values' weights. */
const niceness = 19;

/** sched(7): the kernel takes one change of an autogroup in a tenth of a second, from everybody together. */
const betweenTries = 110;
const tries = 50;

/**
 * Has the session that a process leads take less of a busy processor, too: Linux shares out among sessions before it looks
 * at their processes, where that is switched on (sched(7), "The autogroup feature"). A process that can't be told so, or
 * that has ended, is left alone.
 */
export async function leaveProcessorToOtherSessions(leader: number): Promise<void> {
  try {
    for (let tried = 0; tried < tries && !(await setSession(leader)); tried += 1)
      await delay(betweenTries, undefined, { ref: false });
  } catch {
    // It has ended, or the kernel has no autogroups: nothing depends on it.
  }
}

/** False when it is to be tried again. */
async function setSession(leader: number): Promise<boolean> {
  try {
    await writeFile(`/proc/${leader}/autogroup`, String(niceness));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false;
    throw error;
  }
}
