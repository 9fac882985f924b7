import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** The words before a command that make it run with this nice value: nice(1). None for 0. */
export function niced(niceness: number): readonly string[] {
  return niceness === 0 ? [] : ['nice', '-n', `${niceness}`];
}

/** The kernel takes one change of a session's nice value in a tenth of a second, from all processes together: sched(7). */
const betweenTries = 110;
const tries = 50;

/**
 * Gives the session that a process leads a nice value, too. Where the kernel's autogroups are on, it shares the processors
 * out among sessions by this value, and a process's own value counts only against others of its session: sched(7), "The
 * autogroup feature". A process that has ended, and a kernel without autogroups, are left alone.
 */
export async function niceSession(leader: number, niceness: number): Promise<void> {
  try {
    for (let tried = 0; tried < tries && !(await setSession(leader, niceness)); tried += 1)
      await delay(betweenTries, undefined, { ref: false });
  } catch {
    // It has ended, or the kernel has no autogroups: nothing depends on it.
  }
}

/** False when it is to be tried again. */
async function setSession(leader: number, niceness: number): Promise<boolean> {
  try {
    await writeFile(`/proc/${leader}/autogroup`, String(niceness));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false;
    throw error;
  }
}
