import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock, milliseconds } from '../../base/index.ts';
import { anAddress, aPortIntent, aUuid } from '../../firsthop/testing/intents.ts';
import { formatAddress } from '../../ip/index.ts';
import { Vacancies } from './vacancies.ts';

const [first, second, third] = ['2001:db8:0:1::1', '2001:db8:0:1::2', '2001:db8:0:1::3'];
const addresses = [first, second, third].map((text) => anAddress(text ?? ''));
/** A guest may still be detecting it. */
const fresh = third;
const fixed = anAddress('2001:db8:0:1::5');
const intent = aPortIntent({ boundAddresses: addresses, fixedAddresses: [{ subnetId: aUuid(200), address: fixed }] });
const plugged = { portId: intent.portId, interfaceName: 'tap1', attachedMac: undefined, openFlowPort: 1 };
const port = { intent, plugged, cookie: 7n, guestPort: 1, patchPort: 0x8000 };

/** A guest that answers as often as is said for each of its addresses; for others thrice. */
function aGuest(answers: Readonly<Record<string, number>>, waiting = 1) {
  const clock = manualClock(10_000_000);
  const done: string[] = [];
  const vacancies = new Vacancies({
    clock,
    probes: {
      ask: async (_, asked) => new Map(asked.map(formatAddress).map((text) => [text, answers[text] ?? 3])),
    },
    since: (_, address) => milliseconds(formatAddress(address) === fresh ? 9_999_000 : 0),
    lastUsed: (_, { value }) => milliseconds(Number(value & 0xfn) * 1_000),
    release: (_, address) => done.push(`release ${formatAddress(address)}`),
    defend: (_, address) => done.push(`defend ${formatAddress(address)}`),
    waiting: () => waiting,
  });
  return { vacancies, clock, done };
}

const given = (text: string | undefined) => anAddress(text ?? '');

test('defends what the guest answers for, and releases what it is silent about while it is there', async () => {
  const { vacancies, done } = aGuest({ '2001:db8:0:1::2': 0 });
  await vacancies.contest(port, given(first));
  await vacancies.contest(port, given(second));
  assert.deepEqual(done, [`defend ${first}`, `release ${second}`]);
});

test('defends an address of a guest that is down, or answers for its others now and then only', async () => {
  const dead = aGuest(
    Object.fromEntries([first, second, third, '2001:db8:0:1::5', 'fe80::f816:3eff:fe00:1'].map((text) => [text, 0])),
  );
  await dead.vacancies.contest(port, given(first));
  const flooded = aGuest({
    ...Object.fromEntries([second, third, '2001:db8:0:1::5', 'fe80::f816:3eff:fe00:1'].map((text) => [text, 2])),
    '2001:db8:0:1::1': 0,
  });
  await flooded.vacancies.contest(port, given(first));
  assert.deepEqual([...dead.done, ...flooded.done], [`defend ${first}`, `defend ${first}`]);
});

test('defends what the API gives the port, and what was contested a moment ago, without a question', async () => {
  const { vacancies, done, clock } = aGuest({ '2001:db8:0:1::5': 0, '2001:db8:0:1::1': 1 });
  await vacancies.contest(port, fixed);
  await vacancies.contest(port, given(first));
  await vacancies.contest(port, given(first));
  clock.advance(milliseconds(5_000));
  await vacancies.contest(port, given(first));
  assert.deepEqual(done, ['defend 2001:db8:0:1::5', ...[1, 2, 3].map(() => `defend ${first}`)]);
});

test('defends what the guest has been granted a moment ago, as it may be silent because it detects duplicates', async () => {
  const { vacancies, done } = aGuest({ '2001:db8:0:1::3': 0 });
  await vacancies.contest(port, given(fresh));
  assert.deepEqual(done, [`defend ${fresh}`]);
});

test('makes room out of what the guest has given up, the stalest first, and no more than is needed', async () => {
  const gone = { '2001:db8:0:1::1': 0, '2001:db8:0:1::2': 0, '2001:db8:0:1::3': 0 };
  const one = aGuest(gone);
  assert.equal(await one.vacancies.search(port), true);
  assert.deepEqual(one.done, [`release ${first}`]);
  const two = aGuest(gone, 2);
  assert.deepEqual(await Promise.all([two.vacancies.search(port), two.vacancies.search(port)]), [true, true]);
  assert.deepEqual(two.done, [`release ${first}`, `release ${second}`]);
});

test('keeps some room for what a guest asks for when it starts anew, if the guest is there', async () => {
  const most = {
    intent: { ...intent, learnedAddressQuota: 4 },
    ...{ plugged, cookie: 7n, guestPort: 1, patchPort: 2 },
  };
  const crowded = { ...most, intent: { ...most.intent, boundAddresses: [...addresses, anAddress('2001:db8:0:1::4')] } };
  const gone = { '2001:db8:0:1::1': 0, '2001:db8:0:1::2': 0, '2001:db8:0:1::3': 0, '2001:db8:0:1::4': 0 };
  const there = aGuest(gone, 0);
  there.vacancies.keepRoom(most);
  await there.vacancies.search(most);
  assert.deepEqual(there.done, [], 'there is room for one');
  there.vacancies.keepRoom(crowded);
  await there.vacancies.search(crowded);
  assert.deepEqual(there.done, [`release ${first}`]);
  const down = aGuest({ ...gone, '2001:db8:0:1::5': 0, 'fe80::f816:3eff:fe00:1': 0 }, 0);
  down.vacancies.keepRoom(crowded);
  assert.equal(await down.vacancies.search(crowded), false);
  assert.deepEqual(down.done, []);
});

test('makes no room where the guest has all of its addresses', async () => {
  const { vacancies, done } = aGuest({});
  assert.equal(await vacancies.search(port), false);
  assert.deepEqual(done, []);
});
