import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAgentOptions } from './options.ts';

const needed = ['--host', 'h1', '--controller', 'http://[::1]:9696', '--token-file', '/etc/token'];

test('needs no more than host, controller and token', () => {
  assert.deepEqual(parseAgentOptions(needed), {
    ok: true,
    value: {
      host: 'h1',
      ovsdb: [{ kind: 'unix', path: '/run/openvswitch/db.sock' }],
      bridges: { hop: 'br-hop', integration: 'br-int' },
      managementSocket: '/run/openvswitch/br-hop.mgmt',
      controllers: ['http://[::1]:9696'],
      stateDirectory: '/var/lib/sextant',
      tokenFile: '/etc/token',
      logLevel: 'info',
      metricsSocket: undefined,
    },
  });
});

test('takes several controllers, and sockets', () => {
  const options = parseAgentOptions([...needed, '--controller', 'unix:/run/a.sock, https://c2.example.net']);
  assert.ok(options.ok && options.value !== 'help');
  assert.deepEqual(options.value.controllers, ['unix:/run/a.sock', 'https://c2.example.net']);
});

for (const wrong of [
  ['--host', 'h1'],
  [...needed, '--surprise'],
  [...needed, '--controller', 'ftp://example.net'],
  [...needed, '--log-level', 'loud'],
  [...needed, '--ovsdb', 'nonsense'],
  [...needed, '--ovsdb', 'tcp:[::1]:6640'],
]) {
  test(`refuses ${wrong.slice(-2).join(' ')} with a sentence`, () => {
    const options = parseAgentOptions(wrong);
    assert.equal(options.ok, false);
  });
}
