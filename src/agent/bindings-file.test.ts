import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLog } from '../base/index.ts';
import { anAddress, aUuid } from '../firsthop/testing/intents.ts';
import { bindingsFile } from './bindings-file.ts';

const portId = aUuid(1);

test('finds on disk what was admitted, and takes a damaged file for an empty one', async () => {
  const directory = join(mkdtempSync(join(tmpdir(), 'bindings-')), 'state');
  const file = bindingsFile(directory, silentLog);
  assert.deepEqual(await file.load(), new Map());
  const admitted = new Map([[portId, [anAddress('fe80::7')]]]);
  await file.save(admitted);
  assert.deepEqual(await bindingsFile(directory, silentLog).load(), admitted);
  writeFileSync(join(directory, 'learned.json'), '{"half":');
  assert.deepEqual(await file.load(), new Map());
});

test('reads what a switch of the version before had learned, which is to be settled', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bindings-'));
  const learned = { [portId]: [{ address: '2001:db8:0:1::7', mac: 'fa:16:3e:00:00:01' }] };
  writeFileSync(join(directory, 'learned.json'), JSON.stringify(learned));
  const loaded = await bindingsFile(directory, silentLog).load();
  assert.deepEqual(loaded, new Map([[portId, [anAddress('2001:db8:0:1::7')]]]));
});
