import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { LabGapLine, LabView } from './index.ts';

const execute = promisify(execFile);
const program = join(import.meta.dirname, '../../bin/cli.ts');
const web = { id: 'p1', name: 'web', network_id: 'n1', 'binding:host_id': 'h1', status: 'ACTIVE', fixed_ips: [] };
const blue = { id: 'p2', name: 'blue', network_id: 'n1', 'binding:host_id': '', status: 'ACTIVE', fixed_ips: [] };
const lab: LabView = {
  endpoint: 'http://127.0.0.1:9696',
  underlay: 6,
  encapsulation: 'geneve',
  initPid: 1,
  hosts: ['h1', 'h2'].map((name) => ({ name, netns: name, tunnelAddress: '2001:db8::1', directory: '/run' })),
  guests: [{ name: 'g1', host: 'h1', pid: 2, interfaces: [{ name: 'eth0', portId: 'p1', macAddress: '' }] }],
};
const gapLines: readonly LabGapLine[] = [{ kind: 'table', text: '\u001b[32mYes\u001b[39m' }];

/** The answers of the API and the lab; every other request is refused. */
const answers: Record<string, object> = {
  'GET /v2.0/ports?id=web': { ports: [] },
  'GET /v2.0/ports?name=web': { ports: [web] },
  'GET /v2.0/ports?id=blue': { ports: [] },
  'GET /v2.0/ports?name=blue': { ports: [blue] },
  'GET /v2.0/networks/n1': { network: { id: 'n1', mtu: 1442 } },
  'PUT /v2.0/ports/p1': { port: web },
  'PUT /v2.0/ports/p2': { port: blue },
  'GET /lab': lab,
};

describe('the command line', () => {
  let directory: string;
  /** Requests that change something, with their bodies. */
  let changes: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    const asked = `${request.method} ${request.url}`;
    if (request.method !== 'GET') changes.push(`${asked} ${body}`);
    const answer = answers[asked];
    if (asked === 'POST /gap') response.end(gapLines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    else response.writeHead(answer ? 200 : 400).end(JSON.stringify(answer ?? { message: `refused: ${asked}` }));
  });

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cli-'));
    await once(server.listen(join(directory, 'lab.sock')), 'listening'); // one socket for both, the API and the lab
  });
  beforeEach(() => {
    changes = [];
  });
  after(async () => {
    server.close();
    await rm(directory, { recursive: true });
  });

  /** Runs one command against the server, and answers what it said. */
  function run(...words: readonly string[]) {
    const options = ['--state-dir', directory, '--endpoint', `unix:${join(directory, 'lab.sock')}`];
    return new Promise<{ readonly code: number; readonly output: string; readonly complaint: string }>((resolve) => {
      const child = execFile(process.execPath, [program, ...options, ...words], (_error, output, complaint) =>
        resolve({ code: child.exitCode ?? -1, output, complaint }),
      );
    });
  }

  for (const { words, complaint } of [
    { words: ['web', '--host', 'h2'], complaint: 'port web is plugged already, into the guest g1 on h1' },
    { words: ['web', '--host', 'h9'], complaint: 'the lab has no host h9: it has h1, h2' },
    { words: ['blue', '--host', 'h2', '--guest', 'g1'], complaint: 'the guest g1 is on h1, not on h2' },
  ]) {
    test(`leaves the binding alone when it refuses: ${complaint}`, async () => {
      assert.deepEqual(await run('port', 'plug', ...words), {
        code: 1,
        output: '',
        complaint: `sextant: ${complaint}\n`,
      });
      assert.deepEqual(changes, []);
    });
  }

  test('binds a port as it was before when it can not be plugged', async () => {
    const { code, complaint } = await run('port', 'plug', 'blue', '--host', 'h2');
    assert.deepEqual({ code, complaint }, { code: 1, complaint: 'sextant: refused: POST /plugs\n' });
    assert.deepEqual(
      changes.filter((change) => change.startsWith('PUT')),
      ['PUT /v2.0/ports/p2 {"port":{"binding:host_id":"h2"}}', 'PUT /v2.0/ports/p2 {"port":{"binding:host_id":""}}'],
    );
  });

  for (const { words, complaint } of [
    {
      words: ['-e', 'localhost:9696', 'port', 'list'],
      complaint: /^sextant: --endpoint takes .*, not localhost:9696\n$/,
    },
    { words: ['-e', 'unix:/nowhere', 'port', 'list'], complaint: /no answer: .*\nstart a cloud with .*--endpoint\n$/ },
    {
      words: ['address-scope', 'create', 's', '--ip-version', '5'],
      complaint: /^sextant: --ip-version takes 6 or 4, not 5\n$/,
    },
    { words: ['address-scope', 'create', 's'], complaint: /^error: required option '--ip-version <word>'/ },
    { words: ['address-scope', 'show'], complaint: /^error: missing required argument 'name-or-id'/ },
    { words: ['agent', 'set', 'a'], complaint: /^sextant: say what to change: --admin-state-up, --description\n$/ },
    {
      words: ['port', 'set', 'web', '--binding-profile', '[]'],
      complaint: /--binding-profile takes a JSON object, not /,
    },
    {
      words: ['router', 'set', 'r', '--routes', 'destination=2001:db8::/64,via=2001:db8::1'],
      complaint: /^sextant: --routes takes destination=...,nexthop=...; more than one repeated, not destination=2001/,
    },
    {
      words: ['network', 'create', 'n', '--mtu', '9k'],
      complaint: /^sextant: --mtu takes a number from 0 to 65535, not 9k\n$/,
    },
  ]) {
    test(`says what is wrong with: ${words.join(' ')}`, async () => {
      const { code, complaint: said } = await run(...words);
      assert.equal(code, 1);
      assert.match(said, complaint);
      assert.deepEqual(changes, []);
    });
  }

  test('writes no colours into a file', async () => {
    const command = `stty cols 80; ${process.execPath} ${program} --state-dir ${directory} gap run >${directory}/table`;
    await execute('script', ['--quiet', '--return', '--command', command, '/dev/null']); // gives it a terminal
    assert.deepEqual(changes, ['POST /gap {"columns":80}']);
    assert.equal(await readFile(join(directory, 'table'), 'utf8'), 'Yes\n');
  });
});
