import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { manualClock, milliseconds, waitFor } from '../base/index.ts';
import { FlowSync, openSession } from './index.ts';
import { recordedLog } from './testing/recorded-log.ts';
import { encodeMessage, messageType } from './wire/message.ts';

const aSocketPath = () => join(mkdtempSync(join(tmpdir(), 'openflow-')), 'br-hop.mgmt');

test('says once per outage that there is no session, and again after one that was up', async (t) => {
  const socketPath = aSocketPath();
  const clock = manualClock();
  const { log, said } = recordedLog();
  let [ups, peer] = [0, undefined as Socket | undefined];
  const session = openSession({ socketPath, log, clock, onUp: () => ups++, onPacketIn: () => undefined });
  t.after(() => session.close());
  /** Dials until the condition holds: time goes on only here. */
  const dialUntil = (what: string, isSo: () => boolean) =>
    waitFor(what, () => {
      clock.advance(milliseconds(200));
      return isSo();
    });
  await waitFor('the first complaint', () => said.length > 0);

  let dialled = 0;
  const listener = createServer((socket) => {
    peer = socket;
    if (++dialled === 3) socket.write(encodeMessage(messageType.hello, 1));
    else socket.destroy();
  }).listen(socketPath);
  t.after(() => listener.close());
  await once(listener, 'listening');
  await dialUntil('the session', () => ups === 1);
  assert.deepEqual(said, ['warn openflow: no session']);

  peer?.destroy();
  await dialUntil('two more tries', () => dialled >= 5);
  assert.deepEqual(said, ['warn openflow: no session', 'warn openflow: session lost']);
});

test('says once that flows can not be installed, as the switch is not reached', async () => {
  const { log, said } = recordedLog();
  const sync = new FlowSync({ target: `unix:${aSocketPath()}`, learnedTables: [], sharedTables: [], log });
  sync.set(1n, ['cookie=0x1,table=0,in_port=1 actions=drop']);
  const failures = [await sync.flush(), await sync.flush()].map((failed) => failed.get(1n)?.kind);
  assert.deepEqual(failures, ['unreachable', 'unreachable']);
  assert.deepEqual(said, ['warn flow sync: the switch can not be reached']);
});
