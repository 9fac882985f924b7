import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitIntent } from '../firsthop/index.ts';
import { aPortIntent, aUuid } from '../firsthop/testing/intents.ts';
import { type AgentMessage, encodeAgentMessage, mostClaims, parseAgentMessage } from './agent-message.ts';
import { agentToken, feedHeaders, verifyFeedHeaders } from './auth.ts';
import { encodeControllerMessage, parseControllerMessage } from './controller-message.ts';
import { feedProtocolVersion } from './protocol.ts';

const portId = '4f2c6a0e-3a51-4b0e-9a55-0d6f5d3d8b11';
const intents = splitIntent(aPortIntent());

const agentMessages: AgentMessage[] = [
  {
    kind: 'hello',
    protocolVersion: feedProtocolVersion,
    host: 'h1',
    agentVersion: '0.1.0',
    configuration: { 'integration-bridge': 'br-int' },
  },
  { kind: 'plugged', ports: [{ portId, interfaceName: 'tap4f2c6a0e-3a', attachedMac: 'fa:16:3e:00:00:01' }] },
  { kind: 'unplugged', portIds: [portId] },
  { kind: 'wired', ports: [{ portId, revision: 9 }] },
  { kind: 'unwired', portIds: [portId] },
  {
    kind: 'claim',
    claims: [
      { portId, address: '2001:db8::7' },
      { portId, address: 'fe80::7', settled: true },
    ],
  },
  { kind: 'release', releases: [{ portId, address: '2001:db8::7' }] },
  {
    kind: 'report',
    leases: [
      { portId, address: '2001:db8::5', clientDuid: '0001', identityAssociation: 1, expiresAt: 1_800_000_000_000 },
    ],
    seen: [{ portId, addresses: ['fe80::1'] }],
    learned: [{ portId, addresses: ['fe80::1'] }],
    drops: [{ portId, reason: 'ra-guard', packets: 3 }],
  },
  { kind: 'heartbeat' },
];

for (const message of agentMessages) {
  test(`takes an agent's ${message.kind} through a frame unchanged`, () => {
    assert.deepEqual(parseAgentMessage(encodeAgentMessage(message)), { ok: true, value: message });
  });
}

test('refuses a frame that is no message, and says where it went wrong', () => {
  assert.deepEqual(parseAgentMessage('{'), {
    ok: false,
    error: { kind: 'invalid-message', at: '', reason: 'not JSON' },
  });
  assert.equal(parseAgentMessage('{"kind":"surprise"}').ok, false);
  assert.equal(parseAgentMessage('{"kind":"wired","ports":[{"portId":"p","revision":-1}]}').ok, false);
  const claims = Array.from({ length: mostClaims + 1 }, () => ({ portId, address: '2001:db8::7' }));
  assert.equal(parseAgentMessage(JSON.stringify({ kind: 'claim', claims })).ok, false);
  assert.equal(parseControllerMessage('{"kind":"synced","revision":"7"}').ok, false);
  assert.equal(parseControllerMessage('{"kind":"intent","intent":{}}').ok, false);
  assert.equal(parseControllerMessage('{"kind":"network","network":{}}').ok, false);
  assert.equal(parseControllerMessage(`{"kind":"withdraw-network","networkId":"${'z'.repeat(36)}"}`).ok, false);
});

for (const message of [
  { kind: 'network', network: intents.network },
  { kind: 'intent', intent: intents.own },
  { kind: 'withdraw', portId },
  { kind: 'withdraw-network', networkId: aUuid(100) },
  { kind: 'refused', refusals: [{ portId, address: '2001:db8::7', reason: 'taken' }] },
  { kind: 'synced', revision: 12 },
  { kind: 'heartbeat' },
] as const) {
  test(`takes a controller's ${message.kind} through a frame unchanged`, () => {
    assert.deepEqual(parseControllerMessage(encodeControllerMessage(message)), { ok: true, value: message });
  });
}

test('opens the feed to a host by the token of that host alone', () => {
  const token = agentToken('secret', 'höst-1');
  assert.match(token, /^[0-9a-f]{64}$/);
  assert.deepEqual(verifyFeedHeaders(feedHeaders('höst-1', token), 'secret'), { host: 'höst-1' });
  assert.equal(verifyFeedHeaders(feedHeaders('h2', token), 'secret'), undefined);
  assert.equal(verifyFeedHeaders(feedHeaders('höst-1', token), 'another'), undefined);
  assert.equal(verifyFeedHeaders(feedHeaders('höst-1', ''), 'secret'), undefined);
  assert.equal(verifyFeedHeaders({}, 'secret'), undefined);
  assert.equal(verifyFeedHeaders({ 'sextant-host': '%', authorization: `Bearer ${token}` }, 'secret'), undefined);
});
