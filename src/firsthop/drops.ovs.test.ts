import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { waitFor } from '../base/index.ts';
import { observeFlow, tables } from './index.ts';
import { allNodes, echoFrom, guestMac, icmpFrame, rogueAdvertisement } from './testing/frames.ts';
import { aMac, aPortIntent, aUuid } from './testing/intents.ts';
import { cookieOf, type TracedBridge, tracedBridge } from './testing/traced-bridge.ts';

const [guest, patch, neighbor, neighborPatch] = [1, 2, 3, 4];
const neighborMac = aMac('fa:16:3e:00:00:02');

let bridge: TracedBridge;

before(async () => {
  bridge = await tracedBridge();
  await bridge.wire(aPortIntent(), guest, patch);
  await bridge.wire(aPortIntent({ portId: aUuid(2), mac: neighborMac }), neighbor, neighborPatch);
});

after(() => bridge.stop());

test('counts what it drops by port and reason, the first packets too', async () => {
  const rogue = icmpFrame(rogueAdvertisement);
  const neighbors = icmpFrame(rogueAdvertisement, { sourceMac: neighborMac });
  const fromRouter = icmpFrame(rogueAdvertisement, { sourceMac: neighborMac, destination: allNodes });
  for (let i = 0; i < 20; i++) await bridge.inject(guest, rogue);
  for (let i = 0; i < 3; i++) await bridge.inject(neighbor, neighbors);
  for (let i = 0; i < 4; i++) await bridge.inject(patch, fromRouter);
  for (let host = 1; host <= 30; host++) await bridge.inject(guest, echoFrom(`2001:db8:0:1::${host}`, guestMac));
  const expected = [
    `${cookieOf(guest)} ra-from-network 4`,
    `${cookieOf(guest)} rogue-ra 20`,
    `${cookieOf(guest)} wrong-source-ipv6 30`,
    `${cookieOf(neighbor)} rogue-ra 3`,
  ];
  await waitFor('all to be counted', async () => (await drops()).join() === expected.join());
  assert.equal(await sumFrom(guest), 50);
});

async function drops(): Promise<readonly string[]> {
  const seen = (await countedFlows()).flatMap(({ cookie, packets, match }) => {
    const drop = observeFlow({ table: tables.drops, priority: 10, packets, match, actions: 'drop' });
    return drop?.kind === 'dropped' ? [`${BigInt(cookie)} ${drop.reason} ${drop.packets}`] : [];
  });
  return seen.toSorted();
}

/** What an operator sums up who reads the flows of a port. */
async function sumFrom(port: number): Promise<number> {
  const flows = (await countedFlows()).filter(({ match }) => Number(match.get('in_port')) === port);
  return flows.reduce((sum, { packets }) => sum + packets, 0);
}

async function countedFlows() {
  const dump = await bridge.dump(tables.drops);
  return [...dump.matchAll(/cookie=(\w+), .* n_packets=(\d+), .* priority=\d+,(\S+) actions=drop/g)].map(
    ([, cookie = '', packets, fields = '']) => ({
      cookie,
      packets: Number(packets),
      match: new Map(
        fields.split(',').map((field): [string, string] => [field.split('=')[0] ?? '', field.split('=')[1] ?? '']),
      ),
    }),
  );
}
