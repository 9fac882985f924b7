/**
 * Runs OpenStack's own test suite against a controller behind a real Keystone on MariaDB: `./sextant test tempest`, and for
 * some tests alone `./sextant test tempest PATTERN`. It fails when a test of `passing.txt` does not pass;
 * `--update` writes that list and docs/tempest.md anew. `--directory DIR` keeps all logs there.
 */
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { daemon } from '../../gaps/lab/index.ts';
import { createCatalog } from '../../src/api/index.ts';
import { registerNetwork, serviceAccount } from './identity.ts';
import { type Keystone, startKeystone } from './keystone.ts';
import { type Outcome, runSuite } from './suite.ts';
import { resultTable } from './table.ts';

const api = 'http://127.0.0.1:9696';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { directory: { type: 'string' }, update: { type: 'boolean', default: false } },
});
const folder = values.directory ? resolve(values.directory) : await mkdtemp(join(tmpdir(), 'tempest-'));
const pattern = positionals[0] ?? '^tempest\\.api\\.network';
const listFile = join(import.meta.dirname, 'passing.txt');
await mkdir(folder, { recursive: true });

const begin = performance.now();
tell('Keystone and MariaDB start');
const keystone = await startKeystone(folder);
await registerNetwork(keystone, api);
const controller = await startController(keystone);
tell('tempest runs');
const outcomes = await runSuite({ folder, keystone, extensions: extensionsOf(), pattern });
await controller.stop();
await keystone.stop();
report(outcomes);
if (values.update) {
  await writeFile(listFile, `${passedIn(outcomes).join('\n')}\n`);
  await writeFile(join(import.meta.dirname, '../../docs/tempest.md'), resultTable(outcomes));
}
process.exitCode = await judge(outcomes);

async function startController(identity: Keystone): Promise<ReturnType<typeof daemon>> {
  const passwordFile = join(folder, 'service-password');
  await writeFile(passwordFile, serviceAccount.password, { mode: 0o600 });
  const nowhere = `unix:${join(folder, 'no-ovn.sock')}`;
  const server = daemon({
    name: 'controller',
    command: [
      ...[process.execPath, join(import.meta.dirname, '../../bin/controller.ts'), '--log-level', 'warn'],
      ...['--listen', new URL(api).host, '--database', `sqlite:${join(folder, 'sextant.db')}`],
      ...['--auth', 'keystone', '--keystone-url', identity.url, '--keystone-password-file', passwordFile],
      ...['--nb', nowhere, '--sb', nowhere],
    ],
    logFile: join(folder, 'controller.log'),
    ready: async () => (await fetch(api).catch(() => undefined))?.ok === true,
    readyWithinMilliseconds: 30_000,
  });
  await server.start();
  return server;
}

/** Tempest skips tests of extensions that the API does not list. */
function extensionsOf(): readonly string[] {
  return createCatalog().extensions.map(({ alias }) => alias);
}

function report(all: readonly Outcome[]): void {
  for (const { name, result } of all) if (result === 'FAILED') process.stdout.write(`✘ ${name}\n`);
  const count = (wanted: Outcome['result']) => all.filter(({ result }) => result === wanted).length;
  tell(`${count('ok')} passed, ${count('FAILED')} failed, ${count('SKIPPED')} skipped; logs in ${folder}`);
}

function passedIn(all: readonly Outcome[]): readonly string[] {
  return all.flatMap(({ name, result }) => (result === 'ok' ? [name] : [])).toSorted();
}

/** The exit status: tests that passed before must pass, of those that were asked for. */
async function judge(all: readonly Outcome[]): Promise<number> {
  if (all.length === 0) return 1;
  const expected = (await readFile(listFile, 'utf8').catch(() => '')).split('\n').filter((name) => name !== '');
  const passed = new Set(passedIn(all));
  const wanted = expected.filter((name) => new RegExp(pattern).test(name));
  const lost = wanted.filter((name) => !passed.has(name));
  for (const name of lost) process.stdout.write(`✘ does not pass any more: ${name}\n`);
  const gained = [...passed].filter((name) => !expected.includes(name));
  if (gained.length > 0) process.stdout.write(`● ${gained.length} more pass than passing.txt says: --update\n`);
  return lost.length > 0 ? 1 : 0;
}

function tell(text: string): void {
  const seconds = ((performance.now() - begin) / 1_000).toFixed(1).padStart(6);
  process.stdout.write(`${seconds} ${text}\n`);
}
