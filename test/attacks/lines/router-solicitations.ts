import { aPrefix, carries, markedFrame, parseFrame, type Station } from '../../../gaps/workbench/frames.ts';
import { claim, routerSolicitation } from '../../../gaps/workbench/neighbor-frames.ts';
import { pretend, send } from '../../../gaps/workbench/trains.ts';
import { captureAll, stationOf } from '../../../gaps/workbench/workbench.ts';
import { milliseconds, waitFor } from '../../../src/base/index.ts';
import { addressAt, formatAddress } from '../../../src/ip/index.ts';
import type { Line, Stage } from '../line.ts';
import { placements } from '../scene.ts';

/** A port's addresses in all that guests make themselves (`learnedAddressQuota`), unless a site sets it otherwise. */
const quota = 16;
const perTrain = 12;
/** Addresses that may change hands while a burst of frames passes a busy switch. */
const tolerance = 4;
const linkLocal = aPrefix('fe80::/64');

/** Each is a free address, which the attacker may have; not more of them at a time than the quota says. */
export const routerSolicitations: Line = {
  number: 7,
  title: 'solicits routers from a new link-local address each time, beyond its quota',
  isUncounted: true, // until the quota is full, nothing is refused
  async train(stage) {
    const own = addressesOf(stage, stage.number);
    for (const { address } of own) stage.owned.add(formatAddress(address));
    for (const station of own) {
      await send(stage, routerSolicitation(station));
      await stage.pause();
      if (stage.number % 2 === 1) await send(stage, claim(station));
    }
    return { harm: { delivered: Math.max(0, (await countAdmitted(stage)) - quota - tolerance) } };
  },
};

function addressesOf(stage: Stage, number: number): readonly Station[] {
  const first = 0x7_0000n * BigInt(placements.indexOf(stage.placement) + 1) + BigInt(number * perTrain);
  return Array.from({ length: perTrain }, (_, index) => pretend(stage, addressAt(linkLocal, first + BigInt(index))));
}

/** From how many of all its addresses so far an observer gets a frame, when they are all used at once. */
async function countAdmitted(stage: Stage): Promise<number> {
  const { scene, attacker, number } = stage;
  const [observer] = scene.observers;
  const [capture] = observer ? await captureAll([observer]) : [];
  if (!observer || !capture) throw new Error('there are observers');
  const marker = `<train ${number} of ${attacker.port.mac_address}>`;
  const all = Array.from({ length: number + 1 }, (_, train) => addressesOf(stage, train)).flat();
  await send(stage, ...all.map((from) => markedFrame(from, stationOf(observer), marker)));
  await waitFor(
    'the honest frame behind them',
    async () => {
      await send(stage, markedFrame(stationOf(attacker), stationOf(observer), `${marker} is over`));
      return capture.frames.some((frame) => carries(frame, `${marker} is over`));
    },
    { within: milliseconds(20_000), every: milliseconds(50) },
  );
  const arrived = (await capture.stop()).filter((frame) => carries(frame, marker) && !carries(frame, 'is over'));
  return new Set(arrived.flatMap((frame) => parseFrame(frame)?.ipv6?.source ?? []).map(formatAddress)).size;
}
