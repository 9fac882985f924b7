import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../../base/index.ts';
import { startScriptedServer } from '../testing/index.ts';
import { librarySchemaJson, openLibrary, recordEvents, shelfNames } from './library.ts';

const seen = '00000000-0000-4000-8000-00000000000a';
const neverSeen = '00000000-0000-4000-8000-00000000000b';
const lastTransaction = '00000000-0000-4000-8000-0000000000ff';
const fromTheBeginning = '00000000-0000-0000-0000-000000000000';

for (const [what, updates] of [
  ['changes a row that was never sent', { Shelf: { [neverSeen]: { modify: { name: 'b' } } } }],
  ['changes a column to what it cannot hold', { Shelf: { [seen]: { modify: { name: 7 } } } }],
] as const) {
  test(`reads everything anew after a resume that ${what}, and can be closed`, async (t) => {
    const asked: unknown[] = [];
    const server = await startScriptedServer((method, params) => {
      if (method === 'list_dbs') return ['Library'];
      if (method === 'get_schema') return librarySchemaJson;
      if (method !== 'monitor_cond_since') return undefined;
      asked.push(params[3]);
      if (params[3] !== fromTheBeginning) return [true, lastTransaction, updates];
      return [false, lastTransaction, { Shelf: { [seen]: { initial: { name: 'a' } } } }];
    });
    t.after(() => server.close());
    const database = openLibrary(t, { endpoints: [server.endpoint] });
    await database.synchronised();
    const events = recordEvents(database);
    server.hangUp();
    await waitFor('the next snapshot', () => events.some(({ kind }) => kind === 'snapshot'));
    assert.deepEqual(asked, [fromTheBeginning, lastTransaction, fromTheBeginning]);
    assert.deepEqual(events, [{ kind: 'lost' }, { kind: 'snapshot', history: 'reloaded', changes: [] }]);
    assert.deepEqual(shelfNames(database), ['a']);
    await database.close();
    assert.equal(database.status.kind, 'closed');
  });
}
