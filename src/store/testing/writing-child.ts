/**
 * Writes ports, eight units at a time, and prints the id of each one that was acknowledged, until it is killed. Arguments:
 * the database; and, if it is to end by itself, how many rounds of 64 ports it writes, with a rest after each, before
 * it kills itself.
 */

import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ok } from '../../base/index.ts';
import { insertRow } from '../../kit/index.ts';
import { portTable } from '../../resources/index.ts';
import { openStore } from '../index.ts';
import { aPort } from './builders.ts';

const [, , database = '', rounds] = process.argv;
const store = await openStore({ database });
for (let round = 0; rounds === undefined || round < Number(rounds); round += 1) {
  await Promise.all(Array.from({ length: 8 }, () => writePorts(8)));
  if (rounds !== undefined) await delay(800);
}
process.kill(process.pid, 'SIGKILL');

async function writePorts(count: number): Promise<void> {
  for (let written = 0; written < count; written += 1) {
    const port = aPort({ name: `of ${process.pid}` });
    await store.write(async (unit) => {
      await unit.apply([insertRow(portTable, port)], [{ kind: 'port', id: port.id }]);
      return ok(undefined);
    });
    writeSync(1, `${port.id}\n`);
  }
}
