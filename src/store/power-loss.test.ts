import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import Database from 'better-sqlite3';
import { portTable } from '../resources/index.ts';
import { openStore } from './index.ts';
import { type DiskEvent, readDiskTrace, straceOptions } from './testing/disk-trace.ts';
import { VolatileDisk } from './testing/volatile-disk.ts';

const strace = '/usr/bin/strace';
const rounds = 4;
const skip = !existsSync(strace) && 'skipped: strace is not installed';

/** Each acknowledgement is a moment to cut the power; to look after every one would take long. */
const momentsBetweenLooks = 5;

describe('a power loss, over SQLite', { skip }, () => {
  let folder = '';
  let events: readonly DiskEvent[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sextant-power-'));
    events = await recordWriting(folder);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  test('the record has all that the log goes through: it grows, is moved into the file, and starts over', () => {
    const writesTo = (name: string) =>
      events.flatMap((event) => (event.kind === 'write' && basename(event.path) === name ? [event.offset] : []));
    assert.equal(events.filter(({ kind }) => kind === 'said').length, rounds * 64);
    assert.ok(writesTo('store.db-wal').filter((offset) => offset === 0).length >= 2, 'the log starts over');
    assert.ok(writesTo('store.db').length > rounds, 'pages are moved');
  });

  test('takes nothing that was acknowledged when all is lost that was not flushed', async () => {
    assert.deepEqual(await lossesIn(folder, events, () => false), []);
  });

  test('takes nothing that was acknowledged when any part is lost of what was not flushed', async () => {
    assert.deepEqual(await lossesIn(folder, events, coin(1)), []);
    assert.deepEqual(await lossesIn(folder, events, coin(2)), []);
  });

  test('would be noticed: without the flushes of the log, acknowledged ports are lost', async () => {
    const others = events.filter(
      ({ kind, ...event }) => kind !== 'flush' || !('path' in event && /-wal$/.test(event.path)),
    );
    assert.notDeepEqual(await lossesIn(folder, others, () => false), []);
  });
});

/** Has a process write until it kills itself, and records what it does to its files. */
async function recordWriting(folder: string): Promise<readonly DiskEvent[]> {
  const data = join(folder, 'data');
  await mkdir(data);
  const record = join(folder, 'record');
  const child = join(import.meta.dirname, 'testing', 'writing-child.ts');
  const program = [process.execPath, child, `sqlite:${join(data, 'store.db')}`, String(rounds)];
  const tracer = spawn(strace, [...straceOptions(record), ...program], { stdio: ['ignore', 'ignore', 'inherit'] });
  await once(tracer, 'exit');
  return await readDiskTrace(record, data);
}

/** Cuts the power after acknowledgements; returns the ports that were acknowledged and are not there afterwards. */
async function lossesIn(folder: string, events: readonly DiskEvent[], survives: () => boolean): Promise<string[]> {
  const disk = new VolatileDisk();
  const acknowledged: string[] = [];
  const losses: string[] = [];
  for (const event of events) {
    disk.take(event);
    if (event.kind !== 'said') continue;
    acknowledged.push(event.text.trim());
    if (acknowledged.length % momentsBetweenLooks === 0)
      losses.push(...(await missingAfter(folder, disk.afterPowerLoss(survives), acknowledged)));
  }
  return losses;
}

/** Opens what is left as a controller would after the power is back. */
async function missingAfter(
  folder: string,
  files: ReadonlyMap<string, Buffer>,
  acknowledged: readonly string[],
): Promise<readonly string[]> {
  const left = await mkdtemp(join(folder, 'left-'));
  for (const [path, bytes] of files) await writeFile(join(left, basename(path)), bytes);
  const path = join(left, 'store.db');
  const store = await openStore({ database: `sqlite:${path}` });
  const ports = await store.reader.list(portTable, { where: { kind: 'all', of: [] } });
  const dirty = new Set<string>((await store.outbox.takeDirty()).map(({ id }) => id));
  const present = new Set<string>(ports.map(({ id }) => id).filter((id) => dirty.has(id)));
  await store.close();
  const database = new Database(path);
  assert.deepEqual(database.pragma('integrity_check'), [{ integrity_check: 'ok' }]);
  database.close();
  await rm(left, { recursive: true });
  return acknowledged.filter((id) => !present.has(id));
}

/** The same throws each time (a linear congruential generator, modulus 2^31). */
function coin(seed: number): () => boolean {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
    return (state & 0x10_00_00) !== 0;
  };
}
