import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { milliseconds, systemClock } from '../base/index.ts';
import type { OvsdbError } from './errors.ts';
import { openSession } from './session.ts';
import { ValueError } from './wire/value-codec.ts';

/** A session whose peer is written by hand, as no real server says what these tests need to hear. */
async function sessionWithPeer(t: TestContext) {
  const listener = createServer().listen({ host: '::1', port: 0 });
  await once(listener, 'listening');
  const address = listener.address();
  assert(address && typeof address === 'object');
  const socket = connect({ host: '::1', port: address.port });
  const [peer] = (await once(listener, 'connection')) as [Socket];
  const closed = Promise.withResolvers<OvsdbError>();
  const session = openSession(socket, {
    clock: systemClock,
    probeInterval: () => milliseconds(0),
    rowsFor: () => undefined,
    onNotification: (method) => {
      if (method === 'nonsense') throw new ValueError('it makes no sense');
    },
    onClose: closed.resolve,
  });
  t.after(() => {
    peer.destroy();
    socket.destroy();
    listener.close();
  });
  return { session, peer, closed: closed.promise };
}

async function nextMessage(peer: Socket): Promise<unknown> {
  const [data] = (await once(peer, 'data')) as [Buffer];
  return JSON.parse(data.toString());
}

test('answers an echo with what it carried', async (t) => {
  const { peer } = await sessionWithPeer(t);
  peer.write('{"method":"echo","params":["a",1],"id":"echo"}');
  assert.deepEqual(await nextMessage(peer), { id: 'echo', result: ['a', 1], error: null });
});

test('matches replies with requests whatever their order', async (t) => {
  const { session, peer } = await sessionWithPeer(t);
  const answers = [session.request('list_dbs', []), session.request('get_schema', ['x'])];
  peer.write(
    '{"error":{"error":"unknown database","details":"x"},"result":null,"id":2}{"id":1,"result":["a"],"error":null}',
  );
  const [names, schema] = await Promise.all(answers);
  assert.deepEqual(names, { ok: true, value: ['a'] });
  assert(schema && !schema.ok);
  assert.deepEqual([schema.error.kind, schema.error.message], ['unknown-database', 'unknown database: x']);
});

test('ignores a reply to nothing', async (t) => {
  const { session, peer } = await sessionWithPeer(t);
  const answer = session.request('list_dbs', []);
  peer.write('{"id":99,"result":[],"error":null}{"id":1,"result":[],"error":null}');
  assert.deepEqual(await answer, { ok: true, value: [] });
});

for (const [what, sent] of [
  ['is no JSON', 'HTTP/1.1 400 Bad Request\r\n'],
  ['is broken JSON', '{"id":1,"result":nul}'],
  ['contradicts what was said before', '{"method":"nonsense","params":[],"id":null}'],
] as const) {
  test(`ends when what arrives ${what}, and answers what was under way`, async (t) => {
    const { session, peer, closed } = await sessionWithPeer(t);
    const answer = session.request('transact', []);
    peer.write(sent);
    const reason = await closed;
    assert.deepEqual([reason.scope, reason.kind], ['transport', 'protocol-violation']);
    const answered = await answer;
    assert(!answered.ok && answered.error.scope === 'transport');
    assert.deepEqual([answered.error.kind, answered.error.outcome], ['connection-lost', 'unknown']);
  });
}

test('refuses requests after its end, saying why it ended', async (t) => {
  const { session, peer, closed } = await sessionWithPeer(t);
  peer.end();
  await closed;
  const answer = await session.request('list_dbs', []);
  assert(!answer.ok && answer.error.scope === 'transport');
  assert.deepEqual([answer.error.kind, answer.error.outcome], ['not-connected', 'not-applied']);
});
