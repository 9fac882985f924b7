import { test } from 'node:test';
import { ok } from '../../base/index.ts';
import type { Change, Key } from '../../kit/index.ts';
import { openStore, type Store, type StoreOptions } from '../index.ts';
import type { ContractSubject } from './contract-subject.ts';

/** A test on a store of its own, empty. */
export function testStore(
  subject: ContractSubject,
  sentence: string,
  body: (store: Store, database: string) => Promise<void>,
  options: Omit<StoreOptions, 'database'> = {},
): void {
  test(sentence, async () => {
    const database = await subject.createDatabase();
    const store = await openStore({ ...options, database });
    try {
      await body(store, database);
    } finally {
      await store.close();
    }
  });
}

/** Applies changes in a unit of their own. */
export async function commit(store: Store, changes: readonly Change[], dirty: readonly Key[] = []): Promise<void> {
  await store.write(async (unit) => ok(await unit.apply(changes, dirty)));
}
