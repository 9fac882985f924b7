import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartOutcome } from '../../gaps/contract.ts';
import { setUpPart } from '../../gaps/probe.ts';
import { decideVerdict } from '../../gaps/verdict.ts';
import { aPart } from './fixture.ts';

const verdictOf = (...outcomes: PartOutcome[]) =>
  decideVerdict(outcomes.map((outcome, index) => aPart({ part: `part ${index}`, outcome }))).verdict;

test('yes takes every part; anything else among them makes it partial', () => {
  assert.equal(verdictOf('passed', 'passed'), 'yes');
  assert.equal(verdictOf('passed', 'failed'), 'partial');
  assert.equal(verdictOf('passed', 'refused'), 'partial');
  assert.equal(verdictOf('passed', 'skipped'), 'partial');
  assert.equal(verdictOf('passed', 'unproven'), 'partial');
});

test('what was only accepted, or only skipped, is never a yes', () => {
  assert.equal(verdictOf('unproven'), 'partial');
  assert.equal(verdictOf('skipped'), 'skipped');
  assert.equal(verdictOf('skipped', 'failed'), 'no');
  assert.equal(verdictOf('failed'), 'no');
  assert.equal(verdictOf('refused', 'failed'), 'no');
});

test('nothing redeems an essential part that failed', () => {
  const fatal = aPart({ part: 'isolation', outcome: 'failed', essential: true });
  assert.deepEqual(decideVerdict([aPart(), aPart(), fatal]), { verdict: 'no', summary: 'failed: isolation' });
});

test('what was set up proves nothing by itself', () => {
  const setUp = aPart({ part: setUpPart });
  assert.deepEqual(decideVerdict([setUp]), { verdict: 'no', summary: 'nothing was looked for' });
  assert.equal(decideVerdict([setUp, aPart({ outcome: 'failed' })]).verdict, 'no');
});

test('the summary names what stands in the way of a yes', () => {
  const parts = [
    aPart(),
    aPart({ part: 'GRE', outcome: 'refused' }),
    aPart({ part: 'VXLAN', outcome: 'refused' }),
    aPart({ part: 'VLAN', outcome: 'skipped' }),
  ];
  assert.equal(decideVerdict(parts).summary, 'the API refuses: GRE, VXLAN; not looked for: VLAN');
});
