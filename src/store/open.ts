import type { Store, StoreOptions } from './types.ts';

/** Opens the database, brings its schema up to date and returns the store. Throws when the database can't be used. */
export async function openStore(options: StoreOptions): Promise<Store> {
  throw new Error(`cannot open ${options.database} yet`);
}
