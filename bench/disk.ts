import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A folder on a real disk: the lab's own is in memory, where flushing costs nothing and proves nothing. */
export interface Disk {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * A folder is locked for as long as its bench runs, so one without a lock is a killed bench's. The lock on the cache
 * keeps others from taking a new folder for such a one. Standard input ends when the bench does, killed or not.
 */
const keeper = `
cd "$1" && exec 8<. && flock 8 || exit
for old in bench-*; do [ ! -d "$old" ] || flock --nonblock "$old" rm -rf "$old"; done
new=$(mktemp -d bench-XXXXXX) && exec 9<"$new" && flock 9 || exit
exec 8<&-
echo "$new"
cat
rm -rf "$new"
`;

/** Makes a folder that goes away with this process, and sweeps away those of processes that could not do so. */
export async function openDisk(cache = join(import.meta.dirname, '..', '.cache')): Promise<Disk> {
  await mkdir(cache, { recursive: true });
  // Detached: Ctrl-C is for the bench, which then removes what it has.
  const child = spawn('sh', ['-c', keeper, 'sh', cache], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const closed = once(child, 'close');
  const line = once(createInterface({ input: child.stdout }), 'line').then(([name]) => String(name));
  const name = await Promise.race([line, closed.then(() => undefined)]);
  if (name === undefined) throw new Error(`no folder could be made in ${cache}`);
  return {
    path: join(cache, name),
    async remove() {
      child.stdin.end();
      await closed;
    },
  };
}
