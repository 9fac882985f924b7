import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { agentProgram } from '../src/agent/index.ts';
import { controllerProgram } from '../src/controller/index.ts';
import { allOptions, type Program, readOptions, renderPage } from '../src/options/index.ts';

const programs: readonly Program[] = [controllerProgram, agentProgram];

test('docs/options.md is what the declarations say (else: npm run generate)', async () => {
  const page = await readFile(join(import.meta.dirname, '../docs/options.md'), 'utf8');
  assert.equal(page, renderPage(programs));
});

for (const program of programs) {
  test(`the example of ${program.name}.yaml in docs/operating.md is accepted`, async () => {
    const text = await readFile(join(import.meta.dirname, '../docs/operating.md'), 'utf8');
    const [, after = ''] = text.split(`\n\`${program.name}.yaml\``);
    const [example] = /(?<=\n\n)(?: {4}.+\n)+/.exec(after) ?? [];
    assert.ok(example);
    const file = join(await mkdtemp(join(tmpdir(), 'example-')), 'example.yaml');
    await writeFile(file, example);
    const values = await readOptions(program, ['--config', file]);
    await rm(dirname(file), { recursive: true });
    assert.ok(values.ok, JSON.stringify(values));
  });

  test(`no two options of the ${program.name} have one name`, () => {
    const declared = Object.values(program.groups).flatMap(({ options }) => Object.values(options));
    assert.equal(allOptions(program).size, declared.length + 2); // --config and --help
  });

  test(`each default of the ${program.name} is a value that its option accepts`, () => {
    const refused = [...allOptions(program).values()].filter(({ defaults, read }) => !read(defaults).ok);
    assert.deepEqual(
      refused.filter(({ isRequired }) => !isRequired).map(({ name }) => name),
      [],
    );
  });

  test(`the rules of the ${program.name} name options that there are`, () => {
    const named = program.rules.flatMap(({ says }) =>
      [...says.matchAll(/--([a-z0-9-]+)/g)].map(([, name = '']) => name),
    );
    assert.deepEqual(
      named.filter((name) => !allOptions(program).has(name)),
      [],
    );
  });
}
