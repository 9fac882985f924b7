import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  defineProgram,
  expandFile,
  flag,
  integer,
  interfaceName,
  list,
  oneOf,
  option,
  optional,
  path,
  readOptions,
  required,
  text,
} from './index.ts';

const server = text('SERVER', 'a name with a dot', (given) => (given.includes('.') ? given : undefined));

const program = defineProgram({
  name: 'weaver',
  summary: 'Weaves.',
  groups: {
    loom: {
      title: 'Loom',
      options: {
        name: required({
          name: 'name',
          kind: text('NAME', 'a name', (given) => given || undefined),
          help: 'Its name.',
        }),
        threads: option({
          name: 'threads',
          kind: integer({ unit: 'threads', from: 8, to: 99 }),
          default: 24,
          help: 'How many.',
        }),
        servers: list({ name: 'server', kind: server, default: ['a.example'], help: 'Who is asked.' }),
        once: flag({ name: 'once', help: 'Ends then.' }),
      },
    },
    yarn: {
      title: 'Yarn',
      options: {
        color: option({ name: 'color', kind: oneOf('COLOR', ['red', 'blue']), default: 'red', help: 'Its colour.' }),
        most: option({ name: 'most', kind: integer({ unit: 'metres', from: 0, to: 50 }), default: 30, help: 'Most.' }),
        bridge: option({ name: 'bridge', kind: interfaceName, default: 'br0', help: 'Where to.' }),
        key: optional({ name: 'key', kind: path('file'), help: 'The key.' }),
      },
    },
  },
  rules: [{ says: '--most is at least --threads', holds: ({ loom, yarn }) => yarn.most >= loom.threads }],
});

const directory = mkdtempSync(join(tmpdir(), 'options-'));
after(() => rmSync(directory, { recursive: true }));

let files = 0;

function fileOf(content: string): string {
  const name = join(directory, `${++files}.yaml`);
  writeFileSync(name, content);
  return name;
}

async function valuesOf(...words: string[]) {
  const values = await readOptions(program, words);
  assert.ok(values.ok, JSON.stringify(values));
  return values.value;
}

async function refusal(...words: string[]): Promise<string> {
  const values = await readOptions(program, words);
  assert.ok(!values.ok && values.error.kind === 'invalid', `accepted ${words.join(' ')}`);
  return values.error.message;
}

test('gives defaults where nothing is said', async () => {
  assert.deepEqual(await valuesOf('--name', 'n'), {
    loom: { name: 'n', threads: 24, servers: ['a.example'], once: false },
    yarn: { color: 'red', most: 30, bridge: 'br0', key: undefined },
  });
});

test('takes several values by commas and by repeating, in order; of other options the last one', async () => {
  const { loom } = await valuesOf(...['--name', 'n', '--name', 'm', '--server', 'b.c, d.e', '--server=f.g', '--once']);
  assert.deepEqual(loom, { name: 'm', threads: 24, servers: ['b.c', 'd.e', 'f.g'], once: true });
});

test('the command line overrides the file, which overrides the defaults', async () => {
  const config = fileOf('name: n\nthreads: 9\nserver: [x.y, z.z]\ncolor: blue\n');
  assert.deepEqual(await valuesOf('--config', config, '--threads', '10', '--server', 'b.c'), {
    loom: { name: 'n', threads: 10, servers: ['b.c'], once: false },
    yarn: { color: 'blue', most: 30, bridge: 'br0', key: undefined },
  });
});

test('a list in a file may be a single value, too', async () => {
  assert.deepEqual((await valuesOf('--config', fileOf('name: n\nserver: x.y\n'))).loom.servers, ['x.y']);
});

test('a file without any entry says nothing', async () => {
  assert.equal((await valuesOf('--config', fileOf('# threads: 9\n'), '--name', 'n')).loom.threads, 24);
});

const badWords: readonly [string, readonly string[], RegExp][] = [
  ['a number out of range', ['--threads', '7'], /^--threads: "7" is not a number of threads from 8 to 99$/],
  ['a number that is none', ['--threads', '9e0'], /^--threads: "9e0" is not/],
  ['a word that is not known', ['--color', 'green'], /^--color: "green" is not one of red, blue$/],
  ['a bad value among good ones', ['--server', 'a.b,c'], /^--server: "c" is not a name with a dot$/],
  ['an empty path', ['--key', ''], /^--key: "" is not the path of a file$/],
  ['a bridge that the kernel would refuse', ['--bridge', 'a-name-too-long-'], /^--bridge: .* of 1 to 15 characters$/],
  ['an option that is not known', ['--surprise'], /--surprise/],
  ['an option without its value', ['--key'], /--key/],
  ['a stray word', ['stray'], /stray/],
];
for (const [what, words, message] of badWords)
  test(`refuses ${what} on the command line`, async () =>
    assert.match(await refusal('--name', 'n', ...words), message));

const badFiles: readonly [string, string, RegExp][] = [
  ['a number out of range', 'threads: 7', /\.yaml: threads: "7" is not a number of threads from 8 to 99$/],
  ['a fraction', 'threads: 8.5', /\.yaml: threads: "8\.5" is not/],
  ['text for a number', 'threads: "9"', /threads: "9" is not a number of threads from 8 to 99, without quotes$/],
  ['a number for text', 'name: 5', /name: 5 is not a name, in quotes$/],
  ['a truth value for text', 'color: true', /color: true is not one of red, blue, in quotes$/],
  ['a list for one value', 'color: [red]', /color: a list is not one of red, blue/],
  ['a map for a value', 'color: {red: 1}', /color: a map is not/],
  ['a key without a value', 'color:', /color: nothing is not/],
  ['a bad value in a list', 'server: [a.b, c]', /server: "c" is not a name with a dot$/],
  ['a list in a list', 'server: [[a.b]]', /server: a list is not/],
  ['a key that is no option', 'colour: red', /colour is no option .* these are: name, threads, server, color/],
  ['a key that every object has', 'constructor: red', /constructor is no option/],
  ['a key that is no text', '? [a]\n: red', /is no option/],
  ['a flag', 'once: true', /once is no option/],
  ['another file', 'config: other.yaml', /config is no option/],
  ['an entry that is there twice', 'color: red\ncolor: blue', /is not YAML: .*unique/s],
  ['text that is not YAML', 'color: [red', /is not YAML: /],
  ['a list in place of the map', '- color', /is not a map of options/],
  ['mere text', 'color', /is not a map of options/],
];
for (const [what, content, message] of badFiles)
  test(`refuses ${what} in a file, and names the file`, async () => {
    const config = fileOf(content);
    const said = await refusal('--name', 'n', '--config', config);
    assert.match(said, message);
    assert.ok(said.startsWith(config));
  });

test('refuses a file that is not there', async () => {
  assert.match(await refusal('--config', join(directory, 'none.yaml')), /none\.yaml can't be read: ENOENT/);
});

test('refuses to go without an option that is needed', async () => {
  assert.equal(await refusal(), '--name is needed: a name');
});

test('a broken rule is told with the values, those by default too', async () => {
  assert.equal(
    await refusal('--name', 'n', '--threads', '31'),
    '--most is at least --threads; there is --most 30, --threads 31',
  );
});

test('writes a command line with a file as one without, which means the same', async () => {
  const config = fileOf('name: -n\nthreads: 9\nserver: [x.y, z.z]\n');
  const words = ['--once', '--config', config, '--threads', '10'];
  const expanded = await expandFile(program, words);
  assert.ok(expanded.ok);
  assert.deepEqual(expanded.value, ['--name=-n', '--threads=10', '--server=x.y', '--server=z.z', '--once']);
  assert.deepEqual(await valuesOf(...expanded.value), await valuesOf(...words));
});

test('shows the help without looking at anything else', async () => {
  const values = await readOptions(program, ['--help', '--config', '/none']);
  assert.ok(!values.ok && values.error.kind === 'help');
  assert.match(values.error.text, /--threads THREADS +How many\. \(a number of threads from 8 to 99; default 24\)/);
});
