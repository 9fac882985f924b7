import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Circumstances, type Claim, type ClaimEvent, stepClaim } from './claim.ts';

const online: Circumstances = { isOnline: true, hasOpenPorts: false, admitsAlone: true, hasRoom: true };
const offline: Circumstances = { ...online, isOnline: false };
const detected = { kind: 'claimed', isDetected: true } as const;
const used = { kind: 'claimed', isDetected: false } as const;
const taken = { kind: 'refused', reason: 'taken' } as const;
const full = { kind: 'refused', reason: 'full' } as const;
const expired = { kind: 'expired' } as const;
const silence = { kind: 'listened', outcome: 'silence' } as const;
const objection = { kind: 'listened', outcome: 'objection' } as const;

/** What a claim goes through, as `phase: effects` after each event. */
function story(...events: readonly (readonly [ClaimEvent, Circumstances])[]): readonly string[] {
  let claim: Claim | undefined;
  return events.map(([event, given]) => {
    const step = stepClaim(claim, event, given);
    claim = step.claim;
    return `${claim?.phase ?? 'over'}: ${step.effects.join()}`;
  });
}

test('asks the controller, and denies what is another port’s once its owner had the time to give it up', () => {
  const told = story([detected, online], [taken, online], [expired, online], [taken, online], [detected, online]);
  assert.deepEqual(told, [
    'asked: ask',
    'contesting: contest',
    'asked: ask',
    'refused: deny,count',
    'refused: deny,count',
  ]);
});

test('tells a guest that only uses an address nothing, and asks no more for it for a while', () => {
  assert.deepEqual(
    story([used, online], [taken, online], [expired, online], [taken, online], [used, online], [expired, online]),
    ['asked: ask', 'contesting: contest', 'asked: ask', 'refused: ', 'refused: ', 'over: '],
  );
});

test('denies at once what the host itself knows to be reserved, controller or not', () => {
  for (const given of [online, offline]) {
    assert.deepEqual(story([detected, { ...given, refusal: 'reserved' }]), ['refused: deny,count']);
  }
});

test('leaves a guest in the belief that it has an address that nobody has, where there is no room or no prefix', () => {
  const searched = { kind: 'searched', hasRoom: false } as const;
  assert.deepEqual(story([detected, online], [full, online], [searched, online]), [
    'asked: ask',
    'making-room: search',
    'refused: count',
  ]);
  const offLink = { kind: 'refused', reason: 'off-link' } as const;
  assert.deepEqual(story([detected, online], [offLink, online]), ['asked: ask', 'refused: count']);
});

test('asks again when there is room, and gives up when that is gone, too', () => {
  const searched = { kind: 'searched', hasRoom: true } as const;
  assert.deepEqual(story([detected, online], [full, online], [searched, online], [full, online]), [
    'asked: ask',
    'making-room: search',
    'asked: ask',
    'refused: count',
  ]);
});

test('listens for an owner where no controller answers, and admits what nobody defends', () => {
  assert.deepEqual(story([detected, offline], [silence, offline]), ['listening: listen', 'over: admit']);
  assert.deepEqual(story([detected, online], [expired, online], [silence, online], [expired, online]), [
    'asked: ask',
    'listening: listen',
    'asked: ask',
    'over: admit',
  ]);
});

test('admits nothing that an owner has defended, nor what it could not have heard of', () => {
  assert.deepEqual(story([detected, offline], [objection, offline]), ['listening: listen', 'refused: ']);
  assert.deepEqual(story([detected, offline], [{ kind: 'listened', outcome: 'unheard' }, offline]), [
    'listening: listen',
    'over: ',
  ]);
});

test('asks a controller that has come back while it listened, and heeds one that answers late', () => {
  assert.deepEqual(story([detected, offline], [silence, online]), ['listening: listen', 'asked: ask']);
  assert.deepEqual(
    story([detected, online], [expired, online], [{ kind: 'refused', reason: 'reserved' }, online], [silence, online]),
    ['asked: ask', 'listening: listen', 'refused: deny,count', 'refused: '],
  );
});

test('has claims wait for a controller where the operator wants it so', () => {
  const strict = { ...offline, admitsAlone: false };
  assert.deepEqual(story([detected, strict]), ['over: ']);
  assert.deepEqual(story([detected, { ...online, admitsAlone: false }], [expired, strict]), ['asked: ask', 'over: ']);
});

test('holds the quota without a controller, too', () => {
  const crowded = { ...offline, hasRoom: false };
  const searched = { kind: 'searched', hasRoom: true } as const;
  assert.deepEqual(story([detected, crowded], [searched, crowded]), ['making-room: search', 'refused: count']);
  assert.deepEqual(story([detected, crowded], [searched, offline], [silence, offline]), [
    'making-room: search',
    'listening: listen',
    'over: admit',
  ]);
});

test('listens first on a network with ports that no controller knows the addresses of', () => {
  const open = { ...online, hasOpenPorts: true };
  assert.deepEqual(story([detected, open], [silence, open]), ['listening: listen', 'asked: ask']);
  assert.deepEqual(story([detected, open], [silence, open], [expired, open], [expired, open]), [
    'listening: listen',
    'asked: ask',
    'asked: ask',
    'over: admit',
  ]);
  assert.deepEqual(story([detected, open], [objection, open]), ['listening: listen', 'refused: ']);
});

test('takes nothing but a claim for the beginning of one', () => {
  for (const event of [taken, silence, expired, { kind: 'searched', hasRoom: true } as const]) {
    assert.deepEqual(story([event, online]), ['over: ']);
  }
});
