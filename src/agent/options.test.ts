import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOptions } from '../options/index.ts';
import { type AgentOptions, agentOptions, agentProgram } from './options.ts';

const needed = ['--host', 'h1', '--controller', 'http://[::1]:9696', '--token-file', '/etc/token'];

async function optionsOf(...words: string[]): Promise<AgentOptions> {
  const values = await readOptions(agentProgram, words);
  assert.ok(values.ok, JSON.stringify(values));
  return agentOptions(values.value);
}

test('needs no more than host, controller and token', async () => {
  assert.deepEqual(await optionsOf(...needed), {
    host: 'h1',
    ovsdb: [{ kind: 'unix', path: '/run/openvswitch/db.sock' }],
    bridge: 'br-hop',
    integrationBridge: 'br-int',
    managementSocket: '/run/openvswitch/br-hop.mgmt',
    integrationSocket: '/run/openvswitch/br-int.mgmt',
    controllers: ['http://[::1]:9696'],
    stateDirectory: '/var/lib/sextant',
    tokenFile: '/etc/token',
    claimsWithoutController: 'admit',
    logLevel: 'info',
    metricsSocket: undefined,
  });
});

test('takes several controllers, and sockets', async () => {
  const words = ['--controller', 'unix:/run/a.sock, https://c2.example.net', '--metrics', 'unix:/run/m.sock'];
  const { controllers, metricsSocket } = await optionsOf('--host', 'h1', '--token-file', '/etc/token', ...words);
  assert.deepEqual(controllers, ['unix:/run/a.sock', 'https://c2.example.net']);
  assert.equal(metricsSocket, '/run/m.sock');
});

const wrong: readonly [readonly string[], RegExp][] = [
  [['--host', 'h1'], /^--controller is needed: http/],
  [['--host', 'h1', '--controller', 'unix:/a'], /^--token-file is needed/],
  [[...needed, '--host', ''], /^--host: "" is not/],
  [[...needed, '--surprise'], /--surprise/],
  [[...needed, '--controller', 'ftp://example.net'], /^--controller: "ftp/],
  [[...needed, '--log-level', 'loud'], /^--log-level: "loud"/],
  [[...needed, '--ovsdb', 'nonsense'], /^--ovsdb: "nonsense"/],
  [[...needed, '--ovsdb', 'tcp:[::1]:6640'], /^--openflow is needed when --ovsdb is no unix socket/],
];
for (const [words, message] of wrong)
  test(`refuses ${words.slice(-2).join(' ')} with a sentence`, async () => {
    const values = await readOptions(agentProgram, words);
    assert.ok(!values.ok && values.error.kind === 'invalid');
    assert.match(values.error.message, message);
  });
