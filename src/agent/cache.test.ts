import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { newUuid, silentLog } from '../base/index.ts';
import { splitIntent, wholeContent, withRevision } from '../firsthop/index.ts';
import { aPortIntent } from '../firsthop/testing/intents.ts';
import { type IntentCache, intentCache } from './cache.ts';
import { IntentBook } from './intent-book.ts';
import { nothingCached, takeIn } from './testing/books.ts';

let directory: string;
let cache: IntentCache;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cache-'));
  cache = intentCache(directory, silentLog);
});

const portId = newUuid();
const revision = (number: number) => aPortIntent({ portId, revision: number });
const load = () => intentCache(directory, silentLog).load();

test('finds on disk what was accepted last, and nothing that was refused or forgotten', async () => {
  const [refused, forgotten] = [newUuid(), newUuid()];
  const book = new IntentBook(nothingCached, cache);
  for (const id of [refused, forgotten]) takeIn(book, aPortIntent({ portId: id }));
  for (let number = 1; number <= 20; number++) takeIn(book, revision(number));
  book.refuse(refused);
  book.forget(forgotten);
  await cache.settled();
  const { own, network } = splitIntent(revision(20));
  assert.deepEqual(await load(), { ports: [own], networks: [network] });
  assert.deepEqual(readdirSync(join(directory, 'intents')), [`${portId}.json`]);
  assert.deepEqual(new IntentBook(await load(), cache).find(portId), revision(20));
});

test('writes a changed network as one file, and none of its ports again', async () => {
  const book = new IntentBook(nothingCached, cache);
  takeIn(book, revision(1));
  await cache.settled();
  rmSync(join(directory, 'intents', `${portId}.json`));
  book.acceptNetwork({ ...splitIntent(revision(2)).network, mtuBytes: 1300 });
  await cache.settled();
  const { ports, networks } = await load();
  assert.deepEqual([ports, networks.map(({ mtuBytes }) => mtuBytes)], [[], [1300]]);
});

test('passes over a damaged file: the feed will send that intent again', async () => {
  takeIn(new IntentBook(nothingCached, cache), revision(1));
  await cache.settled();
  const before = await load();
  for (const folder of ['intents', 'networks']) {
    writeFileSync(join(directory, folder, `${newUuid()}.json`), '{"portId":');
    writeFileSync(join(directory, folder, 'stray.json'), '{}');
  }
  assert.deepEqual(await load(), before);
});

test('has a port wait whose network was lost', async () => {
  takeIn(new IntentBook(nothingCached, cache), revision(1));
  await cache.settled();
  rmSync(join(directory, 'networks'), { recursive: true });
  const book = new IntentBook(await load(), cache);
  assert.deepEqual([book.find(portId), book.isRefused(portId)], [undefined, false]);
});

test('reads what an agent of version 1 of the feed left: ports with their networks in them, the newest of which counts', async () => {
  const wholes = [revision(3), { ...aPortIntent({ portId: newUuid(), revision: 4 }), mtuBytes: 1300 }];
  mkdirSync(join(directory, 'intents'));
  for (const whole of wholes) {
    const { own, network } = splitIntent(whole);
    const text = withRevision(wholeContent(own, network), whole.revision);
    writeFileSync(join(directory, 'intents', `${whole.portId}.json`), text);
  }
  const book = new IntentBook(await load(), cache);
  for (const whole of wholes) assert.deepEqual(book.find(whole.portId), { ...whole, revision: 4, mtuBytes: 1300 });
});

test('has nothing to say before anything was cached', async () => {
  assert.deepEqual(await intentCache(join(directory, 'none'), silentLog).load(), nothingCached);
});
