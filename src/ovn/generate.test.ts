import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { generatedModules, renderModule } from './generate.ts';

for (const module of generatedModules) {
  test(`${module.outputPath.split('/').at(-1)} is what the installed schema yields (else: npm run generate)`, async () => {
    const schema: unknown = JSON.parse(await readFile(module.schemaPath, 'utf8'));
    assert.equal(await readFile(module.outputPath, 'utf8'), renderModule(module, schema));
  });
}
