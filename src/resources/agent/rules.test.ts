import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aContext, earlier, now } from '../testing/builders.ts';
import type { Agent } from './agent.ts';
import { decideHeartbeat, type Heartbeat } from './rules.ts';

const heartbeat: Heartbeat = {
  host: 'h1',
  agentType: 'First hop agent',
  binary: 'sextant-agent',
  topic: 'first-hop',
  configurations: { ports: 3 },
  isStart: false,
};

test('makes an agent of a host’s first heartbeat and keeps it from then on', () => {
  const { entity } = decideHeartbeat(undefined, heartbeat, aContext({ now: earlier }));
  assert.equal(entity.revision, 1);
  const disabled: Agent = { ...entity, adminStateUp: false };
  const later = decideHeartbeat(disabled, { ...heartbeat, configurations: { ports: 4 } }, aContext());
  assert.deepEqual(later.entity, { ...disabled, configurations: { ports: 4 }, heartbeatAt: now, revision: 2 });
  assert.deepEqual(later.dirty, []);
});

test('notes when an agent starts again', () => {
  const { entity } = decideHeartbeat(undefined, heartbeat, aContext({ now: earlier }));
  const restarted = decideHeartbeat(entity, { ...heartbeat, isStart: true }, aContext());
  assert.equal(restarted.entity.startedAt, now);
  assert.equal(restarted.entity.createdAt, earlier);
});
