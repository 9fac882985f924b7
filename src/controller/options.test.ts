import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOptions } from './options.ts';

function refusal(...args: string[]): string {
  const options = parseOptions(args);
  assert.ok(!options.ok && options.error.kind === 'invalid', `accepted ${args.join(' ')}`);
  return options.error.message;
}

test('serves the API on loopback and unix sockets only, as noauth makes everybody an administrator', () => {
  assert.match(refusal('--listen', '[::]:9696'), /noauth is refused on "\[::\]:9696"/);
  assert.ok(parseOptions(['--listen', '[::1]:9696', '--listen', 'unix:/run/sextant.sock']).ok);
});

test('serves the feed anywhere, but only to hosts with tokens', () => {
  assert.match(refusal('--feed-listen', '[::]:9697'), /needs --agent-secret-file/);
  const options = parseOptions(['--feed-listen', '[::]:9697', '--agent-secret-file', '/etc/sextant/secret']);
  assert.ok(options.ok);
  assert.deepEqual(options.value.feedListen, [{ kind: 'tcp', host: '::', port: 9697 }]);
});

test('refuses what guests can not be told', () => {
  assert.match(refusal('--network-mtu', '1279'), /--network-mtu: /);
  assert.match(refusal('--valid-lifetime', '4294967295'), /--valid-lifetime: /);
  assert.match(refusal('--valid-lifetime', '600', '--preferred-lifetime', '601'), /--preferred-lifetime: /);
  assert.match(refusal('--dns-domain', 'not a name'), /--dns-domain: /);
  const options = parseOptions([
    '--dns-domain',
    'cloud.example.',
    '--valid-lifetime',
    '1200',
    '--preferred-lifetime',
    '600',
  ]);
  assert.ok(options.ok);
  assert.deepEqual(options.value.advertising, {
    searchDomains: ['cloud.example'],
    preferredLifetimeSeconds: 600,
    validLifetimeSeconds: 1200,
  });
});

test('names the option that is wrong', () => {
  assert.match(refusal('--listen', 'nowhere'), /--listen: "nowhere"/);
  assert.match(refusal('--nb', 'http://[::1]'), /--nb: /);
  assert.match(refusal('--ovn-ca-cert', 'ca.pem'), /go together/);
  assert.match(refusal('--feed-certificate', 'feed.pem'), /go together/);
  assert.match(refusal('--log-level', 'loud'), /--log-level is one of/);
  assert.match(refusal('--database-connections', '7'), /--database-connections: "7" is not a number from 8/);
});
