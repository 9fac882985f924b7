import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPostgres } from '../../src/store/testing/postgres-server.ts';
import { runChaos } from './chaos.ts';
import type { DatabaseKind } from './schedule.ts';

const runs: readonly { readonly database: DatabaseKind; readonly seed: number; readonly kills: number }[] = [
  { database: 'sqlite', seed: 4, kills: 8 },
  { database: 'postgres', seed: 6, kills: 6 },
];

for (const options of runs) {
  const { database } = options;
  const skip = database === 'postgres' && findPostgres() === undefined && 'PostgreSQL is not installed';
  test(`every part is killed under load, over ${database}: nothing answered is lost, and guests ping`, {
    skip,
  }, async (t) => {
    const told: string[] = [];
    const { violations, answered } = await runChaos({ ...options, tell: (text) => told.push(text) });
    t.diagnostic(`${answered} changes answered; npm run test:chaos runs it with other seeds`);
    assert.deepEqual(violations, [], told.join('\n'));
  });
}
