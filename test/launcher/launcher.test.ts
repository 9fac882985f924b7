import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const launcher = join(import.meta.dirname, '../../sextant');
/** All that the launcher itself calls before it knows that something is missing. */
const tools = ['bash', 'sh', 'env', 'dirname', 'readlink', 'mkdir', 'uname', 'cat', 'tail', 'sleep'];

describe('the launcher', () => {
  let stubs: string;

  before(() => {
    stubs = mkdtempSync('/tmp/sx-'); // a test that runs tests gives them a TMPDIR of their own
    for (const tool of tools) symlinkSync(`/usr/bin/${tool}`, join(stubs, tool));
  });

  after(() => rmSync(stubs, { recursive: true, force: true }));

  /** A copy in a directory of its own, so that its cache is not this one's, on a machine that has only the stubs. */
  async function runCopy(name: string, commands: Readonly<Record<string, string>>, words: readonly string[]) {
    const directory = join(stubs, name);
    mkdirSync(join(directory, 'bin'), { recursive: true });
    await execute('cp', [launcher, directory]);
    for (const [command, script] of Object.entries(commands)) {
      writeFileSync(join(directory, 'bin', command), `#!/bin/sh\n${script}\n`);
      chmodSync(join(directory, 'bin', command), 0o755);
    }
    const asUser = ['--user', '--map-user=1000', '--map-group=1000', '--'];
    const path = `PATH=${join(directory, 'bin')}:${stubs}`;
    return execute('unshare', [...asUser, '/usr/bin/env', '-i', path, join(directory, 'sextant'), ...words]).then(
      ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        output: error.stdout + error.stderr,
      }),
    );
  }

  test('names the packages to somebody who can not install them', async () => {
    const { code, output } = await runCopy('a', { 'dpkg-query': 'exit 1', 'apt-get': 'exit 1' }, ['start']);
    assert.equal(code, 1);
    assert.match(output, /neither root nor have sudo/);
    assert.match(output, /openvswitch-switch ovn-central ovn-host/);
  });

  test('names only what is missing', async () => {
    const dpkg = 'shift 3; for p; do [ "$p" = radvd ] || echo "$p installed"; done; echo "radvd config-files"';
    const { code, output } = await runCopy('b', { 'dpkg-query': dpkg, 'apt-get': 'exit 1' }, ['test']);
    assert.equal(code, 1);
    assert.deepEqual(output.trim().split('\n').at(-1)?.trim(), 'sextant:   radvd');
  });

  test('says so on a system without apt', async () => {
    const { code, output } = await runCopy('c', {}, ['start']);
    assert.equal(code, 1);
    assert.match(output, /no apt; the lab is made for Debian 12/);
  });

  test('shows the end of the log when a step fails, with sudo asked first', async () => {
    const commands = {
      'dpkg-query': 'exit 1',
      'apt-get': 'echo "E: no network"; exit 100',
      sudo: '[ "$1" = --validate ] || { shift; case $1 in sh|rm) ;; *) "$@" ;; esac; }',
    };
    const { code, output } = await runCopy('d', commands, ['start']);
    assert.equal(code, 1);
    assert.match(output, /✘ Debian packages: .*\nE: no network\nE: no network\n/);
    assert.match(output, /that failed; the whole log is in/);
  });

  test('needs no packages for the command line, and works from any directory', async () => {
    const { stdout } = await execute(launcher, ['port', 'plug', '--help'], { cwd: '/' });
    assert.match(stdout, /--guest <name>/);
  });

  test('passes on the exit status of the tests that it runs', async () => {
    const failing = join(stubs, 'failing.test.ts');
    writeFileSync(
      failing,
      "import { test } from 'node:test';\ntest('fails', () => { throw new Error('on purpose'); });\n",
    );
    const { NODE_TEST_CONTEXT: _, ...env } = process.env; // a runner inside a runner would report to the outer one
    await assert.rejects(execute(launcher, ['test', failing], { env }), ({ code, stdout }) => {
      assert.equal(code, 1);
      assert.match(stdout, /^0 passed, 1 failed, 0 skipped$/m);
      return true;
    });
    await assert.rejects(execute(launcher, ['test', 'no-such-name'], { env }), ({ stderr }) => {
      assert.match(stderr, /no test file is named like no-such-name/);
      return true;
    });
  });
});
