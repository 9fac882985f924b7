import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from './ledger.ts';

const there = new Map([['port a', { description: 'one', mac_address: '02:00:00:00:00:01' }]]);
const nothing = new Map();

test('holds an answer against what is there: lost, undone, back from the dead, never asked for', () => {
  const ledger = new Ledger();
  assert.match(ledger.contradictions(there).join(), /^port a is there, and nobody asked for it$/);
  ledger.settle('port a', { description: 'one' });
  assert.deepEqual(ledger.contradictions(there), []);
  assert.match(ledger.contradictions(nothing).join(), /^port a is lost: it was answered to be {"description":"one"}$/);
  ledger.settle('port a', { description: 'two' });
  assert.match(
    ledger.contradictions(there).join(),
    /^port a is undone: .*"one".* answered to be {"description":"two"}$/,
  );
  ledger.settle('port a', 'absent');
  assert.match(ledger.contradictions(there).join(), /^port a is back from the dead: /);
});

test('takes either outcome of a request without an answer, and no third one', () => {
  const ledger = new Ledger();
  ledger.doubt('port a', { description: 'one' });
  assert.deepEqual([...ledger.contradictions(there), ...ledger.contradictions(nothing)], []);
  ledger.settle('port a', { description: 'zero' });
  ledger.doubt('port a', { description: 'one' });
  assert.deepEqual(ledger.contradictions(there), []);
  assert.match(ledger.contradictions(nothing).join(), /is lost/);
  ledger.settle('port a', { description: 'zero' });
  ledger.doubt('port a', 'absent');
  assert.match(ledger.contradictions(there).join(), /is undone/);
  assert.deepEqual(ledger.size, { known: 1, inDoubt: 1 });
});

test('knows the state of a resource unless it is in doubt', () => {
  const ledger = new Ledger();
  assert.equal(ledger.find('port a'), 'absent');
  ledger.settle('port a', { description: 'one' });
  assert.deepEqual(ledger.find('port a'), { description: 'one' });
  ledger.doubt('port a', 'absent');
  assert.equal(ledger.find('port a'), undefined);
});
