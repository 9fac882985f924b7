import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { waitFor } from '../../src/base/index.ts';

const execute = promisify(execFile);
const launcher = join(import.meta.dirname, '../../sextant');
/** All that the launcher itself calls before it knows that something is missing. */
const tools = [
  'bash',
  'sh',
  'env',
  'dirname',
  'readlink',
  'mkdir',
  'uname',
  'cat',
  'tail',
  'sleep',
  'flock',
  'rm',
  'chmod',
];
/** A user who is not root, and whose /usr/sbin is a folder of the test: nothing there is this machine's. */
const asUser = 'mount --bind "$1" /usr/sbin && shift && exec unshare --user --map-user=1000 --map-group=1000 -- "$@"';

/** Commands of a machine that lacks nothing. */
const complete = {
  'dpkg-query': 'shift 3; for package; do echo "$package installed"; done',
  'apt-get': 'exit 1',
  node: 'echo v24.0.0',
  sha256sum: 'echo lock',
  cut: 'cat',
};

interface Outcome {
  readonly code: number;
  readonly output: string;
}

describe('the launcher', () => {
  let stubs: string;

  before(() => {
    stubs = mkdtempSync('/tmp/sx-'); // a test that runs tests gives them a TMPDIR of their own
    for (const tool of tools) symlinkSync(`/usr/bin/${tool}`, join(stubs, tool));
  });

  after(() => rmSync(stubs, { recursive: true, force: true }));

  /** A copy in a directory of its own, so that its cache is not this one's, on a machine that has only the stubs. */
  function makeCopy(name: string, commands: Readonly<Record<string, string>>) {
    const directory = join(stubs, name);
    const path = (...names: readonly string[]) => join(directory, ...names);
    const write = (file: string, text: string) => {
      mkdirSync(dirname(path(file)), { recursive: true });
      writeFileSync(path(file), text);
      chmodSync(path(file), 0o755);
    };
    for (const made of ['bin', 'sbin', '.cache', 'node_modules']) mkdirSync(path(made), { recursive: true });
    write('sextant', readFileSync(launcher, 'utf8'));
    write('.cache/npm-ci.stamp', 'lock\n');
    for (const [command, script] of Object.entries(commands)) write(`bin/${command}`, `#!/bin/sh\n${script}\n`);
    const environment = `PATH=${path('bin')}:${stubs}`;
    const user = ['--user', '--map-root-user', '--mount', '--', 'sh', '-c', asUser, 'sh', path('sbin')];
    const command = [...user, '/usr/bin/env', '-i', environment, path('sextant')];
    const run = (...words: readonly string[]): Promise<Outcome> =>
      execute('unshare', [...command, ...words], { cwd: directory }).then(
        ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
        (error: { code: number; stdout: string; stderr: string }) => ({
          code: error.code,
          output: error.stdout + error.stderr,
        }),
      );
    return { path, write, command, run };
  }

  function runCopy(name: string, commands: Readonly<Record<string, string>>, words: readonly string[]) {
    return makeCopy(name, commands).run(...words);
  }

  test('names the packages to somebody who can not install them', async () => {
    const { code, output } = await runCopy('a', { 'dpkg-query': 'exit 1', 'apt-get': 'exit 1' }, ['start']);
    assert.equal(code, 1);
    assert.match(output, /neither root nor have sudo/);
    assert.match(output, /openvswitch-switch ovn-central ovn-host/);
  });

  test('names only what is missing', async () => {
    const dpkg = 'shift 3; for p; do [ "$p" = ndisc6 ] || echo "$p installed"; done; echo "ndisc6 config-files"';
    const { code, output } = await runCopy('b', { 'dpkg-query': dpkg, 'apt-get': 'exit 1' }, ['test']);
    assert.equal(code, 1);
    assert.deepEqual(output.trim().split('\n').at(-1)?.trim(), 'sextant:   ndisc6');
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
      sudo: 'case $1 in -n) exit 1 ;; --validate) ;; *) shift; "$@" ;; esac',
    };
    const { code, output } = await runCopy('d', commands, ['start']);
    assert.equal(code, 1);
    assert.match(output, /✘ Debian packages: .*\nE: no network\nE: no network\n/);
    assert.match(output, /that failed; the whole log is in/);
  });

  test('disables the services that it installed, and no other', async () => {
    const units = 'echo "cron.service enabled enabled"; [ ! -e installed ] || echo "radvd.service enabled enabled"';
    const copy = makeCopy('e', {
      'dpkg-query': 'exit 1',
      'apt-get': 'cat /usr/sbin/policy-rc.d >installed',
      systemctl: `case $1 in list-unit-files) ${units} ;; *) echo "$@" >told ;; esac`,
      sudo: '[ "$*" = "-n true" ] || { [ "$1" = -- ] && shift && "$@"; }', // needs no password, so it is not asked for
    });
    const { output } = await copy.run('start');
    assert.match(output, /✔ Debian packages/);
    assert.equal(readFileSync(copy.path('told'), 'utf8'), 'disable radvd.service\n');
    assert.match(readFileSync(copy.path('installed'), 'utf8'), /^#!\/bin\/sh\n# Made by sextant .*\nexit 101\n$/);
    assert.equal(existsSync(copy.path('sbin/policy-rc.d')), false);
  });

  test('takes away what a killed installation left, and nothing of anybody else', async () => {
    const copy = makeCopy('f', { ...complete, sudo: '[ "$1" = -n ] || { shift; "$@"; }' });
    copy.write('sbin/policy-rc.d', '#!/bin/sh\nexit 101\n');
    await copy.run('start');
    assert.ok(existsSync(copy.path('sbin/policy-rc.d')));
    copy.write('sbin/policy-rc.d', '#!/bin/sh\n# Made by sextant for as long as it installs packages.\nexit 101\n');
    await copy.run('start');
    assert.equal(existsSync(copy.path('sbin/policy-rc.d')), false);
  });

  test('names what an earlier run as root keeps from being written', async () => {
    const copy = makeCopy('g', complete);
    copy.write('.cache/setup.log', '');
    chmodSync(copy.path('.cache/setup.log'), 0o444);
    const { code, output } = await copy.run('start');
    assert.equal(code, 1);
    assert.match(output, /you may not write to .*\n.*sudo chown -R 1000 '.*\/\.cache\/setup\.log'\n/);
  });

  test('says why there can be no lab, in the words of what a lab begins with', async () => {
    const copy = makeCopy('h', complete);
    copy.write('gaps/lab/namespace.sh', '#!/bin/sh\necho "mount /proc failed" >&2; exit 1\n');
    const { code, output } = await copy.run('start');
    assert.equal(code, 1);
    assert.match(output, /user namespaces don't work here \(mount \/proc failed\)/);
  });

  test('waits for another one that sets up', { timeout: 60_000 }, async () => {
    const copy = makeCopy('i', { ...complete, node: 'echo "v24.0.0 $*"' });
    const holder = spawn('flock', [copy.path('.cache'), 'sh', '-c', 'echo held; cat'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    const waiting = spawn('unshare', [...copy.command, 'port', 'list']);
    let output = '';
    for (const stream of [waiting.stdout, waiting.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => {
        output += part;
      });
    }
    await waitFor('it to say so', () => output.includes('waiting for another one'));
    assert.doesNotMatch(output, /cli\.ts/);
    holder.stdin.end();
    await once(waiting, 'close');
    assert.match(output, /cli\.ts port list/);
  });

  test('makes node_modules anew when it was killed while it did', async () => {
    const copy = makeCopy('j', { ...complete, sha256sum: 'echo newer', npm: 'exit 1' });
    assert.equal((await copy.run('port', 'list')).code, 1);
    assert.equal(existsSync(copy.path('.cache/npm-ci.stamp')), false);
  });

  test("leaves another checkout's node_modules alone", async () => {
    const copy = makeCopy('k', { ...complete, sha256sum: 'echo newer', npm: 'exit 1' });
    rmSync(copy.path('node_modules'), { recursive: true });
    symlinkSync(stubs, copy.path('node_modules'));
    assert.deepEqual(await copy.run('port', 'list'), { code: 0, output: 'v24.0.0\n' });
  });

  test('runs any command with its Node', async () => {
    const { stdout } = await execute(launcher, ['exec', 'node', '--version'], { cwd: '/' });
    assert.match(stdout, /^v(2[4-9]|[3-9]\d)\./);
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
    await assert.rejects(execute(launcher, ['test', 'mutations', 'typo'], { env }), ({ code, stderr }) => {
      assert.equal(code, 2);
      assert.match(stderr, /^sextant test mutations: there is .*, and no typo$/m);
      return true;
    });
    await assert.rejects(execute(launcher, ['test', 'chaos', '--seed', 'typo'], { env }), ({ code, stderr }) => {
      assert.equal(code, 2);
      assert.match(stderr, /^sextant test chaos: --seed takes a whole number, not typo$/m);
      return true;
    });
  });
});
