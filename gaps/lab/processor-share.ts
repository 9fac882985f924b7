import { writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** Of the nice values: a tenth of the weight of a process that was left as it is (sched(7)). */
const niceness = 10;

/** sched(7): the kernel takes one change of an autogroup in a tenth of a second, from everybody together. */
const betweenTries = 110;
const tries = 50;

/**
 * Has a process that leads a session take less of a busy processor than others, as it would take nothing at all if it ran
 * on a machine of its own. Linux shares out among sessions before it looks at their processes (sched(7), "The autogroup
 * feature"), where that is switched on. A process that can't be told so, or that has ended, is left alone.
 */
export async function yieldProcessor(pid: number): Promise<void> {
  try {
    setPriority(pid, niceness);
    for (let tried = 0; tried < tries && !(await setSession(pid)); tried += 1)
      await delay(betweenTries, undefined, { ref: false });
  } catch {
    // It has ended, or the kernel has no autogroups: nothing depends on it.
  }
}

/** False when it is to be tried again. */
async function setSession(pid: number): Promise<boolean> {
  try {
    await writeFile(`/proc/${pid}/autogroup`, String(niceness));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false;
    throw error;
  }
}
