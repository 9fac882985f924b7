#!/usr/bin/env node
import { readFile, writeFile } from 'node:fs/promises';
import { generatedModules, renderModule } from '../src/ovn/index.ts';

/** Rewrites src/ovn/*.gen.ts from the *.ovsschema files of the installed OVN and Open vSwitch packages. */
for (const module of generatedModules) {
  const schema: unknown = JSON.parse(await readFile(module.schemaPath, 'utf8'));
  await writeFile(module.outputPath, renderModule(module, schema));
  process.stdout.write(`${module.outputPath}\n`);
}
