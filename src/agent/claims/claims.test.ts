import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock, milliseconds } from '../../base/index.ts';
import { anAddress, aPortIntent } from '../../firsthop/testing/intents.ts';
import type { ServedPort } from '../plan.ts';
import { Claims } from './claims.ts';

const intent = aPortIntent();
const { portId } = intent;
const plugged = { portId, interfaceName: 'tap1', attachedMac: undefined, openFlowPort: 1 };
const port: ServedPort = { intent, plugged, cookie: 1n, guestPort: 1, patchPort: 2 };
const address = anAddress('2001:db8:0:1::7');

test('an address is defended by whom it is detected for, and by nobody who has only asked for it', () => {
  const clock = manualClock();
  const asked: string[] = [];
  const nothing = () => undefined;
  const claims = new Claims({
    ...{ clock, contest: nothing, admit: nothing, deny: nothing, count: nothing },
    circumstances: () => ({ isOnline: true, hasOpenPorts: false, admitsAlone: true, hasRoom: true }),
    ask: () => asked.push('controller'),
    listen: () => {
      asked.push('neighbours');
      return new Promise(() => undefined);
    },
    search: async () => true,
  });
  claims.serve(port);
  claims.claim(portId, address, true);
  assert.deepEqual([asked, claims.isDetecting(portId, address)], [['controller'], false]);
  clock.advance(milliseconds(400));
  assert.deepEqual([asked.at(-1), claims.isDetecting(portId, address)], ['neighbours', true]);
  claims.stop();
});
