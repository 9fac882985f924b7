import { readdirSync } from 'node:fs';
import type { Migration } from './migration.ts';

/** Every step of the schema is a file here, `NNNN-what-it-does.ts`; the names are also the order. */
const files = readdirSync(import.meta.dirname)
  .filter((name) => /^\d{4}-.*\.ts$/.test(name))
  .toSorted();

/** All migrations, in the order in which they run: that of the numbers in their file names. */
export const migrations: readonly Migration[] = await Promise.all(files.map(load));

async function load(file: string): Promise<Migration> {
  const { migration } = (await import(`./${file}`)) as { readonly migration: Migration };
  return migration;
}
