/**
 * Writes ports until it is killed, eight units at a time, and prints the id of each one that was acknowledged. Argument:
 * the database.
 */
import { writeSync } from 'node:fs';
import { ok } from '../../base/index.ts';
import { openStore } from '../index.ts';
import { aPort } from './builders.ts';

const store = await openStore({ database: process.argv[2] ?? '' });
await Promise.all(Array.from({ length: 8 }, writeForever));

async function writeForever(): Promise<never> {
  for (;;) {
    const port = aPort({ name: `of ${process.pid}` });
    await store.write(async (unit) => {
      await unit.apply([{ kind: 'insert', resource: 'port', entity: port }], [{ kind: 'port', id: port.id }]);
      return ok(undefined);
    });
    writeSync(1, `${port.id}\n`);
  }
}
