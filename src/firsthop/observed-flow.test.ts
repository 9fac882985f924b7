import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ObservedFlow, observeFlow, tables } from './index.ts';
import { anAddress } from './testing/intents.ts';

function aFlow(table: number, given: Partial<ObservedFlow> = {}): ObservedFlow {
  return { table, priority: 10, packets: 3, match: new Map(), actions: 'load:0x1->NXM_NX_REG0[0]', ...given };
}

const registers = new Map([
  ['reg4', '0x20010db8'],
  ['reg5', '0x1'],
  ['reg6', '0'],
  ['reg7', '0xaaaa'],
]);

test('reads the use of addresses, and drops, back from what the switch prints', () => {
  const address = anAddress('2001:db8:0:1::aaaa');
  const pinned = aFlow(tables.pinned, { match: registers });
  assert.deepEqual(observeFlow(pinned), { kind: 'used', address, packets: 3 });
  const rogue = aFlow(tables.drops, { match: new Map([['reg0', '0x9']]), actions: 'drop' });
  assert.deepEqual(observeFlow(rogue), { kind: 'dropped', reason: 'rogue-ra', packets: 4 });
  assert.equal(observeFlow(aFlow(tables.guestGuard, { actions: 'goto_table:30' })), undefined);
  assert.equal(observeFlow(aFlow(77, { match: registers, actions: 'drop' })), undefined);
});
