import { statSync } from 'node:fs';

/**
 * Remembers which file the path leads to now; the answer says whether it still does. A disk that is mounted over it, or a
 * file that is put in its place, is seen by connections that are opened later, and not by those that are open.
 */
export function sameFile(path: string): () => boolean {
  const first = identityOf(path);
  return () => identityOf(path) === first;
}

function identityOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found && `${found.dev}/${found.ino}`;
}
