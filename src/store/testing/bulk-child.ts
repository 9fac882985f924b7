/** Writes a list without end, one item in a unit, and prints the id of each item, until it is killed. Argument: the database. */

import { writeSync } from 'node:fs';
import { milliseconds, ok } from '../../base/index.ts';
import { insertRow } from '../../kit/index.ts';
import { portTable } from '../../resources/index.ts';
import { openStore } from '../index.ts';
import { aPort } from './builders.ts';

const [, , database = ''] = process.argv;
const store = await openStore({ database, bulks: { partBudget: milliseconds(0) } });
const items = Array.from({ length: 100_000 }, () => aPort());
await store.writeAll(items, async (unit, entity) => {
  await unit.apply([insertRow(portTable, entity)], [{ kind: 'port', id: entity.id }]);
  writeSync(1, `${entity.id}\n`);
  return ok(undefined);
});
