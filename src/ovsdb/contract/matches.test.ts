import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Condition, RowValue } from '../index.ts';
import { matchesAny } from '../matches.ts';
import { startServer } from '../testing/index.ts';
import { library, librarySchemaJson, mustTransact, openLibrary } from './library.ts';

const smallSet = fc.uniqueArray(fc.nat(2), { maxLength: 2 });
const smallMap = fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('1', '2'), { maxKeys: 2 });
const shelf = fc.record({
  count: fc.nat(3),
  sizes: smallSet,
  labels: smallMap,
  capacity: fc.option(fc.nat(3), { nil: undefined }),
});
const setFunction = fc.constantFrom('==', '!=', 'includes', 'excludes');
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.tuple(fc.constant('count'), fc.constantFrom('<', '<=', '==', '!=', '>=', '>', 'includes', 'excludes'), fc.nat(3)),
  fc.tuple(fc.constant('sizes'), setFunction, smallSet),
  fc.tuple(fc.constant('labels'), setFunction, smallMap),
  fc.tuple(fc.constant('capacity'), setFunction, fc.option(fc.nat(3), { nil: undefined })),
) as fc.Arbitrary<Condition>;

test('judges conditions as ovsdb-server does', async (t) => {
  const server = await startServer({ schema: librarySchemaJson });
  t.after(() => server.stop());
  const database = openLibrary(t, { endpoints: [server.unix] });
  await database.synchronised();
  const rows = fc.sample(shelf, 40).map((row, index) => ({ ...row, name: `shelf ${index}` }));
  await mustTransact(database, ...rows.map((row) => library.insert('Shelf', row)));
  await fc.assert(
    fc.asyncProperty(condition, async (where) => {
      const { results } = await mustTransact(database, {
        op: 'select',
        table: 'Shelf',
        where: [where],
        columns: ['name'],
      });
      const [result] = results;
      assert(result?.op === 'select');
      const here = rows.filter((row) => matchesAny([where], row as RowValue)).map(({ name }) => name);
      assert.deepEqual(here.sort(), result.rows.map(({ name }) => name).sort());
    }),
    { numRuns: 200 },
  );
});
