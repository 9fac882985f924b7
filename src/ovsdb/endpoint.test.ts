import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Endpoint, formatEndpoint, parseEndpoints } from './endpoint.ts';

const valid: readonly [string, readonly Endpoint[]][] = [
  ['tcp:[2001:db8::1]:6641', [{ kind: 'tcp', host: '2001:db8::1', port: 6641 }]],
  ['ssl:[::1]', [{ kind: 'ssl', host: '::1', port: 6640 }]],
  ['tcp:[fe80::1%eth0]:6642', [{ kind: 'tcp', host: 'fe80::1%eth0', port: 6642 }]],
  ['unix:/run/ovn/ovnnb_db.sock', [{ kind: 'unix', path: '/run/ovn/ovnnb_db.sock' }]],
  [
    'ssl:nb-1.example:6641, tcp:192.0.2.1:1',
    [
      { kind: 'ssl', host: 'nb-1.example', port: 6641 },
      { kind: 'tcp', host: '192.0.2.1', port: 1 },
    ],
  ],
];

for (const [text, endpoints] of valid) {
  test(`reads ${text}`, () => assert.deepEqual(parseEndpoints(text), { ok: true, value: endpoints }));
}

test('writes what it reads', () => {
  for (const text of ['tcp:[2001:db8::1]:6641', 'ssl:nb-1.example:6641', 'unix:/run/db.sock']) {
    const parsed = parseEndpoints(text);
    assert.deepEqual(parsed.ok && parsed.value.map(formatEndpoint), [text]);
  }
});

for (const text of [
  '',
  'unix:',
  'tcp:',
  'tcp:2001:db8::1:6641',
  'tcp:[::1',
  'tcp:h:0',
  'tcp:h:65536',
  'http://h',
  'unix:/a,',
]) {
  test(`rejects "${text}" and says which part`, () => {
    const parsed = parseEndpoints(text);
    assert.ok(!parsed.ok && parsed.error.startsWith('not an OVSDB endpoint'));
  });
}
