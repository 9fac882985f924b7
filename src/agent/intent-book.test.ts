import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { newUuid, silentLog } from '../base/index.ts';
import { splitIntent } from '../firsthop/index.ts';
import { aPortIntent, aUuid } from '../firsthop/testing/intents.ts';
import { type IntentCache, intentCache } from './cache.ts';
import { IntentBook } from './intent-book.ts';
import { nothingCached, takeIn } from './testing/books.ts';

let directory: string;
let cache: IntentCache;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'book-'));
  cache = intentCache(directory, silentLog);
});

const portId = newUuid();
const { networkId } = aPortIntent();
const revision = (number: number) => aPortIntent({ portId, revision: number });
const { own, network } = splitIntent(revision(1));

test('never lets a lower revision replace a higher one of the same session, of a port or of a network', () => {
  const book = new IntentBook(nothingCached, cache);
  assert.equal(takeIn(book, revision(5)), true);
  assert.equal(takeIn(book, revision(4)), false);
  assert.equal(book.find(portId)?.revision, 5);
  assert.equal(book.acceptNetwork({ ...network, revision: 4, mtuBytes: 1300 }), false);
  assert.equal(book.find(portId)?.mtuBytes, network.mtuBytes);
});

test('takes the first word of a new session, whatever its revision: the store may have been restored', () => {
  const before = splitIntent(revision(9));
  const book = new IntentBook({ ports: [before.own], networks: [before.network] }, cache);
  book.startSession();
  assert.equal(takeIn(book, revision(3)), true);
  assert.equal(book.find(portId)?.revision, 3);
});

test('has no intent of a port whose network it was not told, and has it once it is', () => {
  const book = new IntentBook(nothingCached, cache);
  book.accept(own);
  assert.deepEqual([book.find(portId), book.portIds(), book.isRefused(portId)], [undefined, [portId], false]);
  book.acceptNetwork(network);
  assert.deepEqual(book.find(portId), revision(1));
});

test('has a changed network in the intents of all its ports, and the same intent as long as nothing changes', () => {
  const book = new IntentBook(nothingCached, cache);
  const [other, foreign] = [newUuid(), newUuid()];
  takeIn(book, revision(1));
  takeIn(book, aPortIntent({ portId: other }));
  takeIn(book, aPortIntent({ portId: foreign, networkId: aUuid(101) }));
  const [before, apart] = [book.find(portId), book.find(foreign)];
  assert.equal(book.find(portId), before);
  book.acceptNetwork({ ...network, revision: 2, mtuBytes: 1300, adminStateUp: false });
  for (const id of [portId, other]) {
    const { mtuBytes, adminStateUp, revision: number } = book.find(id) ?? {};
    assert.deepEqual([mtuBytes, adminStateUp, number], [1300, false, 2]);
  }
  assert.equal(book.find(portId)?.subnets, book.find(other)?.subnets);
  assert.equal(book.find(foreign), apart);
});

test('refuses what a session has not spoken of, and forgets networks that nobody told and no port names', async () => {
  const [other, unplugged] = [newUuid(), newUuid()];
  const [told, named, gone] = [networkId, aUuid(101), aUuid(102)];
  const book = new IntentBook(nothingCached, cache);
  takeIn(book, aPortIntent({ portId: other, networkId: gone }));
  takeIn(book, aPortIntent({ portId: unplugged, networkId: named }));
  book.startSession();
  takeIn(book, revision(1));
  book.answered([portId, other]);
  assert.deepEqual(
    [portId, other, unplugged].map((id) => book.isRefused(id)),
    [false, true, false],
  );
  await cache.settled();
  assert.deepEqual(readdirSync(join(directory, 'networks')).sort(), [`${told}.json`, `${named}.json`].sort());
  takeIn(book, aPortIntent({ portId: other }));
  assert.equal(book.isRefused(other), false);
});

test('keeps a network without ports until it is withdrawn: an intent that names it may be under way', async () => {
  const book = new IntentBook(nothingCached, cache);
  takeIn(book, revision(1));
  book.forget(portId);
  const next = aPortIntent({ portId: newUuid() });
  book.accept(splitIntent(next).own);
  assert.deepEqual(book.find(next.portId), next);
  book.forget(next.portId);
  book.forgetNetwork(networkId);
  book.accept(own);
  assert.equal(book.find(portId), undefined);
  await cache.settled();
  assert.deepEqual(readdirSync(join(directory, 'networks')), []);
});
