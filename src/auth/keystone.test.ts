import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ManualClock, manualClock, milliseconds, silentLog } from '../base/index.ts';
import { type KeystoneAuthenticator, keystone } from './keystone.ts';
import { type FakeKeystone, startFakeKeystone } from './testing/fake-keystone.ts';

const account = {
  username: 'neutron',
  password: 'secret',
  userDomain: 'Default',
  project: 'service',
  projectDomain: 'Default',
};

interface Place {
  readonly server: FakeKeystone;
  readonly clock: ManualClock;
  /** The caller's project, or the type of the refusal. */
  ask(token: string | undefined): Promise<string>;
}

function keystoneTest(
  sentence: string,
  body: (place: Place) => Promise<void>,
  options: { readonly password?: string } = {},
): void {
  test(sentence, async () => {
    const clock = manualClock(Date.now());
    const server = await startFakeKeystone(() => clock.now());
    const auth = keystone(
      { url: `${server.url}/v3/`, account: { ...account, ...options }, timeout: 1_500 },
      { log: silentLog, clock },
    );
    try {
      await body({ server, clock, ask: (token) => askWith(auth, token) });
    } finally {
      await server.close();
      await auth.close();
    }
  });
}

async function askWith(auth: KeystoneAuthenticator, token: string | undefined): Promise<string> {
  const caller = await auth.authenticate({ 'x-auth-token': token });
  return caller.ok ? `${caller.value.projectId}${caller.value.isAdmin ? ' admin' : ''}` : caller.error.type;
}

const minute = milliseconds(60_000);

keystoneTest('takes a caller’s project and roles of the token', async ({ server, ask }) => {
  server.tokens.set('one', ['member', 'reader']).set('two', ['Admin']).set('three', ['unscoped']);
  assert.equal(await ask('one'), 'p-one');
  assert.equal(await ask('two'), 'p-two admin');
  assert.equal(await ask('three'), 'PolicyNotAuthorized');
  for (const none of [undefined, '', 'unknown', 'with space', 'é']) assert.equal(await ask(none), 'Unauthorized');
});

keystoneTest('asks once for all requests with one token, and again after a while', async ({ server, clock, ask }) => {
  server.tokens.set('one', ['member']);
  const all = await Promise.all(Array.from({ length: 50 }, () => ask('one')));
  assert.deepEqual(new Set(all), new Set(['p-one']));
  assert.deepEqual(server.count, { logins: 1, questions: 1 });
  clock.advance(minute);
  await ask('one');
  assert.deepEqual(server.count, { logins: 1, questions: 2 });
});

keystoneTest('refuses a revoked token after a minute', async ({ server, clock, ask }) => {
  server.tokens.set('one', ['member']);
  assert.equal(await ask('one'), 'p-one');
  server.tokens.delete('one');
  assert.equal(await ask('one'), 'p-one');
  clock.advance(minute);
  assert.equal(await ask('one'), 'Unauthorized');
});

for (const mood of ['broken', 'garbage', 'silent'] as const)
  keystoneTest(`lets known tokens pass while Keystone is ${mood}, and no others`, async ({ server, clock, ask }) => {
    server.tokens.set('one', ['member']).set('new', ['member']);
    await ask('one');
    server.mood = mood;
    clock.advance(minute);
    assert.equal(await ask('one'), 'p-one');
    const { questions } = server.count;
    assert.equal(await ask('new'), 'ServiceUnavailable');
    for (let request = 0; request < 100; request++) assert.equal(await ask('one'), 'p-one');
    assert.equal(server.count.questions, questions, 'it is not asked while it is away');
    server.mood = 'well';
    clock.advance(milliseconds(1_000));
    assert.equal(await ask('new'), 'p-new');
  });

keystoneTest('asks again when Keystone hangs up, and once only', async ({ server, ask }) => {
  server.tokens.set('one', ['member']).set('two', ['member']);
  server.hangUps = 1;
  assert.equal(await ask('one'), 'p-one');
  server.hangUps = 2;
  assert.equal(await ask('two'), 'ServiceUnavailable');
});

keystoneTest('refuses a token that expired while Keystone was away', async ({ server, clock, ask }) => {
  server.tokens.set('one', ['member']);
  await ask('one');
  server.mood = 'broken';
  clock.advance(milliseconds(3_600_000));
  assert.equal(await ask('one'), 'ServiceUnavailable');
});

keystoneTest('logs in again when its own token is not good any more', async ({ server, clock, ask }) => {
  server.tokens.set('one', ['member']).set('two', ['member']).set('three', ['member']);
  await ask('one');
  server.rotate();
  assert.equal(await ask('two'), 'p-two');
  clock.advance(milliseconds(3_550_000));
  assert.equal(await ask('three'), 'p-three');
  assert.equal(server.count.logins, 3);
});

keystoneTest(
  'answers 503 while its own account is refused',
  async ({ server, ask }) => {
    server.tokens.set('one', ['member']);
    assert.equal(await ask('one'), 'ServiceUnavailable');
  },
  { password: 'wrong' },
);

test('says in the log what failed, without a token or a password', async () => {
  const lines: string[] = [];
  const warn = (context: Record<string, unknown>, message: string) => lines.push(JSON.stringify([context, message]));
  const auth = keystone({ url: 'http://127.0.0.1:1', account }, { log: { ...silentLog, warn } });
  assert.equal(await askWith(auth, 'a-private-token'), 'ServiceUnavailable');
  await auth.close();
  assert.equal(lines.length, 1);
  assert.match(String(lines), /ECONNREFUSED/);
  assert.doesNotMatch(String(lines), /private|secret/);
});
