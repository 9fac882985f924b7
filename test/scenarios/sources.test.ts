/** Invariants that the sources themselves must hold. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const source = join(import.meta.dirname, '../../src');

function filesOf(...patterns: readonly string[]): readonly { readonly path: string; readonly text: string }[] {
  return patterns
    .flatMap((pattern) => globSync(pattern, { cwd: source }))
    .filter((path) => !path.includes('testing/') && !path.endsWith('.test.ts'))
    .map((path) => ({ path, text: readFileSync(join(source, path), 'utf8') }));
}

test('each NB table has exactly one producing file (invariant 6)', () => {
  const producers = filesOf('northbound/**/*.ts').flatMap(({ path, text }) =>
    [...text.matchAll(/^ {2}table: '(\w+)',$/gm)].map(([, table]) => ({ table: table ?? '', path })),
  );
  const byTable = Map.groupBy(producers, ({ table }) => table);
  const [, managed = ''] =
    /export const managed = \{([\s\S]*?)\n\} as const/.exec(readSource('northbound/schema.ts')) ?? [];
  const tables = [...managed.matchAll(/^ {2}(\w+): \{/gm)].map(([, table]) => table ?? '');
  assert.ok(tables.length >= 5, 'the list of managed tables is found');
  assert.deepEqual([...byTable.keys()].sort(), [...tables].sort());
  for (const [table, files] of byTable)
    assert.equal(files.length, 1, `${table} is produced by ${JSON.stringify(files)}`);
});

/** The files that must be pure. The edges among them do I/O, and say so. */
const pure = ['resources/**/*.ts', 'firsthop/**/*.ts', 'packet/**/*.ts', 'ip/**/*.ts', 'northbound/**/*.ts'];
const edges: readonly string[] = ['northbound/claim.ts', 'northbound/source.ts', 'northbound/target.ts'];

const impurities: readonly RegExp[] = [
  /from 'node:(?!crypto'|net')/,
  /\b(Date\.now|performance\.now|Math\.random|setTimeout|setInterval|setImmediate|process\.(env|hrtime|cwd))\b/,
  /\bnew Date\(\)/,
  /\b(randomUUID|randomBytes|randomInt|newUuid)\(/,
  /\bsystemClock\b/,
];

test('rules, translators and pipelines do no I/O and read no clock (invariant 9)', () => {
  const found = filesOf(...pure)
    .filter(({ path }) => !edges.includes(path))
    .flatMap(({ path, text }) =>
      impurities.flatMap((pattern) => (pattern.test(text) ? [`${path}: ${pattern.exec(text)?.[0]}`] : [])),
    );
  assert.deepEqual(found, []);
});

function readSource(path: string): string {
  return readFileSync(join(source, path), 'utf8');
}
