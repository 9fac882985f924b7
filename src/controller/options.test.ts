import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOptions } from '../options/index.ts';
import { defaultSettings } from '../resources/index.ts';
import { controllerProgram } from './options.ts';

async function valuesOf(...words: string[]) {
  const values = await readOptions(controllerProgram, words);
  assert.ok(values.ok, JSON.stringify(values));
  return values.value;
}

async function refusal(...words: string[]): Promise<string> {
  const values = await readOptions(controllerProgram, words);
  assert.ok(!values.ok && values.error.kind === 'invalid', `accepted ${words.join(' ')}`);
  return values.error.message;
}

test('needs no option, and then has the settings that rules have by default', async () => {
  assert.deepEqual((await valuesOf()).settings, defaultSettings);
});

test('serves the API on loopback and unix sockets only, as noauth makes everybody an administrator', async () => {
  assert.match(await refusal('--listen', '[::]:9696'), /noauth is refused .* --listen \[::\]:9696/);
  assert.equal((await valuesOf('--listen', '[::1]:9696', '--listen', 'unix:/run/sextant.sock')).api.listen.length, 2);
});

test('serves the feed anywhere, but only to hosts with tokens', async () => {
  assert.match(await refusal('--feed-listen', '[::]:9697'), /needs --agent-secret-file/);
  const { feed } = await valuesOf('--feed-listen', '[::]:9697', '--agent-secret-file', '/etc/sextant/secret');
  assert.deepEqual(feed.listen, [{ kind: 'tcp', host: '::', port: 9697 }]);
});

test('refuses what guests can not be told', async () => {
  assert.match(await refusal('--network-mtu', '1279'), /^--network-mtu: /);
  assert.match(await refusal('--valid-lifetime', '4294967295'), /^--valid-lifetime: /);
  assert.match(
    await refusal('--valid-lifetime', '600', '--preferred-lifetime', '601'),
    /^--preferred-lifetime is at most/,
  );
  assert.match(await refusal('--dns-domain', 'not a name'), /^--dns-domain: /);
  const lifetimes = ['--valid-lifetime', '1200', '--preferred-lifetime', '600'];
  assert.deepEqual((await valuesOf('--dns-domain', 'cloud.example.', ...lifetimes)).advertising, {
    searchDomain: 'cloud.example',
    preferredLifetimeSeconds: 600,
    validLifetimeSeconds: 1200,
  });
});

test("takes Neutron's settings under Neutron's names", async () => {
  const words = ['--max-fixed-ips-per-port', '5', '--max-allowed-address-pair', '0', '--agent-down-time', '150'];
  const { settings } = await valuesOf(...words, '--base-mac', 'FA:16:3E:4f:00:00');
  assert.deepEqual(settings, {
    ...defaultSettings,
    maxFixedIpsPerPort: 5,
    maxAllowedAddressPairs: 0,
    agentDownSeconds: 150,
    macPrefix: 'fa:16:3e:4f',
  });
});

for (const mac of ['ff:16:3e:00:00:00', 'fa:16:3e:00:00:01', 'fa:16:3e:00:01:00', 'fa:16:3e', 'fa163e00000'])
  test(`refuses ${mac} as the base of MAC addresses`, async () => {
    assert.match(await refusal('--base-mac', mac), /^--base-mac: .* is not a unicast MAC address such as/);
  });

test('names the option that is wrong', async () => {
  assert.match(await refusal('--listen', 'nowhere'), /^--listen: "nowhere"/);
  assert.match(await refusal('--nb', 'http://[::1]'), /^--nb: /);
  assert.match(await refusal('--ovn-ca-cert', 'ca.pem'), /go together; there is no --ovn-private-key/);
  assert.match(await refusal('--feed-certificate', 'feed.pem'), /go together/);
  assert.match(await refusal('--log-level', 'loud'), /^--log-level: "loud" is not one of/);
  assert.match(await refusal('--database-connections', '7'), /"7" is not a number of connections from 8/);
});

test('refuses a database whose password is not percent-encoded, and does not repeat it', async () => {
  const message = await refusal('--database', 'postgres://sextant:s3c/ret#PW@127.0.0.1/sextant');
  assert.match(message, /^--database: "postgres:\*\*\*" is not .*percent-encoded/);
  assert.doesNotMatch(message, /s3c|PW@/);
});
