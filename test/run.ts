/**
 * Runs test files, two at a time, each in a namespace of its own: two switches that both have a bridge `br-int`, or two
 * servers on one port, never meet. Arguments: files, folders, or parts of their paths; none means all. `--name PATTERN`
 * runs the tests of that name only.
 */
import { globSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({ allowPositionals: true, options: { name: { type: 'string' } } });

const files = chooseFiles(positionals);
process.execPath = join(import.meta.dirname, 'node-in-namespace.sh'); // what `run` starts each file with
const results = run({
  files: [...files],
  concurrency: 2,
  timeout: 300_000,
  ...(values.name !== undefined && { testNamePatterns: values.name }),
});
results.on('test:fail', () => {
  process.exitCode = 1;
});
results.on('test:summary', ({ file, counts }) => {
  if (file !== undefined) return; // the last one is that of all files
  const { tests, passed, skipped } = counts;
  const failed = tests - passed - skipped - counts.todo;
  process.once('exit', () => {
    process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  });
});
results.compose(new spec()).pipe(process.stdout);

/** Ends the process when nothing is named so: a typing error must not pass for a run. */
function chooseFiles(wanted: readonly string[]): readonly string[] {
  const all = globSync('{src,gaps,test,bench}/**/*.test.ts', { cwd: root }).toSorted();
  const chosen = (wanted.length === 0 ? [''] : wanted).flatMap((part) => {
    if (statSync(part, { throwIfNoEntry: false })?.isFile()) return [resolve(part)];
    const found = all.filter((file) => file.includes(part.replace(/^\.\//, '')));
    if (found.length > 0) return found.map((file) => join(root, file));
    process.stderr.write(`sextant test: no test file is named like ${part}\n`);
    return process.exit(2);
  });
  const unique = [...new Set(chosen)];
  process.stdout.write(`● ${unique.length} files: ${describe(unique)}\n`);
  return unique;
}

function describe(chosen: readonly string[]): string {
  const shown = chosen.slice(0, 3).map((file) => relative(root, file));
  return shown.join(', ') + (chosen.length > shown.length ? ', ...' : '');
}
