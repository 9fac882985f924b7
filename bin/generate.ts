#!/usr/bin/env node
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agentProgram } from '../src/agent/index.ts';
import { createCatalog, describeApi } from '../src/api/index.ts';
import { clientModulePath, renderClient } from '../src/client/index.ts';
import { controllerProgram } from '../src/controller/index.ts';
import { renderPage } from '../src/options/index.ts';
import { generatedModules, renderModule } from '../src/ovn/index.ts';

/**
 * Rewrites docs/options.md from the declared options, src/client/api.gen.ts from the API's OpenAPI document, and
 * src/ovn/*.gen.ts from the *.ovsschema files of the installed OVN and Open vSwitch packages.
 */
const page = join(import.meta.dirname, '../docs/options.md');
await writeFile(page, renderPage([controllerProgram, agentProgram]));
process.stdout.write(`${page}\n`);

await writeFile(clientModulePath, renderClient(describeApi({ catalog: createCatalog() })));
process.stdout.write(`${clientModulePath}\n`);

for (const module of generatedModules) {
  const schema: unknown = JSON.parse(await readFile(module.schemaPath, 'utf8'));
  await writeFile(module.outputPath, renderModule(module, schema));
  process.stdout.write(`${module.outputPath}\n`);
}
