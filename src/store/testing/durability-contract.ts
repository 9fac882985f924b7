import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { insertRow } from '../../kit/index.ts';
import { portTable } from '../../resources/index.ts';
import { aPort } from './builders.ts';
import type { ContractSubject } from './contract-subject.ts';
import { commit, testStore } from './with-store.ts';

/** What was acknowledged is there, whatever happens to the process. */
export function durabilityContract(subject: ContractSubject): void {
  testStore(subject, 'has every acknowledged change, with its key, after kill -9', async (store, database) => {
    const acknowledged = await writeUntilKilled(database, 200);
    const ports = await store.reader.list(portTable, { where: { kind: 'all', of: [] } });
    const present = new Set<string>(ports.map(({ id }) => id));
    const dirty = new Set((await store.outbox.takeDirty()).map(({ id }) => id));
    assert.deepEqual(
      acknowledged.filter((id) => !present.has(id) || !dirty.has(id)),
      [],
    );
    assert.equal(dirty.size, present.size);
  });

  const { crash } = subject;
  if (!crash) return;
  testStore(subject, 'goes on after the server crashed, with all that it acknowledged', async (store) => {
    const [before, after] = [aPort(), aPort()];
    await commit(store, [insertRow(portTable, before)]);
    await store.snapshot(async (snapshot) => snapshot.find(portTable, before.id));
    await crash();
    await commit(store, [insertRow(portTable, after)]);
    assert.deepEqual(await store.reader.find(portTable, before.id), before);
    assert.deepEqual(await store.snapshot(async (snapshot) => snapshot.find(portTable, after.id)), after);
  });
}

/** Kills the child in the midst of its writing; returns what it printed until its end. */
async function writeUntilKilled(database: string, enough: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'writing-child.ts'), database], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === enough) child.kill('SIGKILL');
  }
  const [, signal] = await exited;
  assert.equal(signal, 'SIGKILL', `the writing process ended by itself after ${acknowledged.length} changes`);
  return acknowledged;
}
