import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes beside, flushes, then renames: after a power loss there is the old file or the new one, whole. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

/** A rename, or a removal, is durable once its directory is. */
export async function synchroniseDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Replaces a file, durably when it resolves: after a power loss the old or the new one is there, whole. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await writeDurably(path, text);
  await synchroniseDirectory(dirname(path));
}
