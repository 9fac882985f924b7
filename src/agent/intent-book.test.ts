import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { newUuid, silentLog } from '../base/index.ts';
import { aPortIntent } from '../firsthop/testing/intents.ts';
import { type IntentCache, intentCache } from './cache.ts';
import { IntentBook } from './intent-book.ts';

let directory: string;
let cache: IntentCache;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'book-'));
  cache = intentCache(directory, silentLog);
});

const portId = newUuid();
const revision = (number: number) => aPortIntent({ portId, revision: number });

test('never lets a lower revision replace a higher one of the same session', () => {
  const book = new IntentBook([], cache);
  assert.equal(book.accept(revision(5)), true);
  assert.equal(book.accept(revision(4)), false);
  assert.equal(book.find(portId)?.revision, 5);
});

test('takes the first word of a new session, whatever its revision: the store may have been restored', () => {
  const book = new IntentBook([revision(9)], cache);
  book.startSession();
  assert.equal(book.accept(revision(3)), true);
  assert.equal(book.find(portId)?.revision, 3);
});

test('tells what a session has not spoken of, and what it refused', () => {
  const [other, gone] = [newUuid(), newUuid()];
  const book = new IntentBook([], cache);
  book.accept(revision(1));
  book.refuse(gone);
  assert.deepEqual(book.unheard([portId, other]), [other]);
  assert.deepEqual([book.isRefused(gone), book.isRefused(other)], [true, false]);
  book.accept(aPortIntent({ portId: gone }));
  assert.equal(book.isRefused(gone), false);
});

test('finds on disk what was accepted last, and nothing that was refused or forgotten', async () => {
  const [refused, forgotten] = [newUuid(), newUuid()];
  const book = new IntentBook([], cache);
  for (const id of [refused, forgotten]) book.accept(aPortIntent({ portId: id }));
  for (let number = 1; number <= 20; number++) book.accept(revision(number));
  book.refuse(refused);
  book.forget(forgotten);
  await cache.settled();
  assert.deepEqual(await intentCache(directory, silentLog).load(), [revision(20)]);
  assert.deepEqual(readdirSync(join(directory, 'intents')), [`${portId}.json`]);
});

test('passes over a damaged file: the feed will send that intent again', async () => {
  cache.put(portId, revision(1));
  await cache.settled();
  writeFileSync(join(directory, 'intents', `${newUuid()}.json`), '{"portId":');
  writeFileSync(join(directory, 'intents', 'stray.json'), '{}');
  assert.deepEqual(await cache.load(), [revision(1)]);
});

test('has nothing to say before anything was cached', async () => {
  assert.deepEqual(await intentCache(join(directory, 'none'), silentLog).load(), []);
});
