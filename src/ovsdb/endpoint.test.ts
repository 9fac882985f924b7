import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Endpoint, formatEndpoint, parseEndpoint } from './endpoint.ts';

const valid: readonly [string, Endpoint][] = [
  ['tcp:[2001:db8::1]:6641', { kind: 'tcp', host: '2001:db8::1', port: 6641 }],
  ['ssl:[::1]', { kind: 'ssl', host: '::1', port: 6640 }],
  ['tcp:[fe80::1%eth0]:6642', { kind: 'tcp', host: 'fe80::1%eth0', port: 6642 }],
  ['unix:/run/ovn/ovnnb_db.sock', { kind: 'unix', path: '/run/ovn/ovnnb_db.sock' }],
  ['ssl:nb-1.example:6641', { kind: 'ssl', host: 'nb-1.example', port: 6641 }],
];

for (const [text, endpoint] of valid) {
  test(`reads ${text}`, () => assert.deepEqual(parseEndpoint(text), endpoint));
}

test('writes what it reads', () => {
  for (const text of ['tcp:[2001:db8::1]:6641', 'ssl:nb-1.example:6641', 'unix:/run/db.sock']) {
    const endpoint = parseEndpoint(text);
    assert.equal(endpoint && formatEndpoint(endpoint), text);
  }
});

for (const text of ['', 'unix:', 'tcp:', 'tcp:2001:db8::1:6641', 'tcp:[::1', 'tcp:h:0', 'tcp:h:65536', 'http://h']) {
  test(`rejects "${text}"`, () => assert.equal(parseEndpoint(text), undefined));
}
