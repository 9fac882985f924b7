import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PortIntent } from '../../firsthop/index.ts';
import { anAddress, aPortIntent } from '../../firsthop/testing/intents.ts';
import { formatAddress } from '../../ip/index.ts';
import { Admissions } from './admissions.ts';

const [told, ours, foreign] = ['2001:db8:0:1::1', '2001:db8:0:1::2', '2001:db8:9::1'].map(anAddress);
const intent = aPortIntent({ boundAddresses: told ? [told] : [] });
const { portId } = intent;

function someAdmissions() {
  let changes = 0;
  const admissions = new Admissions(new Map(), () => changes++);
  const bound = (given: PortIntent = intent) => admissions.apply(given).boundAddresses.map(formatAddress);
  return { admissions, bound, changes: () => changes };
}

test('adds to an intent what was admitted, as far as guests make addresses there, and within the quota', () => {
  assert.ok(told && ours && foreign);
  const { admissions, bound } = someAdmissions();
  assert.equal(admissions.apply(intent), intent);
  admissions.admit(portId, ours);
  admissions.admit(portId, foreign);
  assert.deepEqual(bound(), ['2001:db8:0:1::1', '2001:db8:0:1::2']);
  assert.equal(admissions.apply(intent), admissions.apply(intent));
  assert.deepEqual(bound({ ...intent, learnedAddressQuota: 1 }), ['2001:db8:0:1::1']);
});

test('takes from an intent what was given up, until the controller has heard of it or the guest wants it again', () => {
  assert.ok(told);
  const { admissions, bound } = someAdmissions();
  admissions.giveUp(portId, told);
  assert.deepEqual(bound(), []);
  admissions.settle(intent);
  assert.deepEqual(bound(), []);
  admissions.reclaim(portId, told);
  assert.deepEqual(bound(), ['2001:db8:0:1::1']);
  admissions.giveUp(portId, told);
  admissions.settle({ ...intent, boundAddresses: [] });
  assert.deepEqual([...admissions.givenUp], []);
});

test('forgets what the controller has decided, for the port or against it, and tells of each change that is to be kept', () => {
  assert.ok(told && ours);
  const { admissions, bound, changes } = someAdmissions();
  admissions.admit(portId, ours);
  admissions.settle({ ...intent, boundAddresses: [told, ours] });
  assert.deepEqual([...admissions.admitted], []);
  admissions.admit(portId, ours);
  assert.deepEqual([admissions.dismiss(portId, ours), admissions.dismiss(portId, ours)], [true, false]);
  assert.deepEqual(bound(), ['2001:db8:0:1::1']);
  admissions.admit(portId, ours);
  admissions.release(portId);
  assert.deepEqual([bound(), changes()], [['2001:db8:0:1::1'], 6]);
});
