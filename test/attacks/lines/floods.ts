import { setTimeout as delay } from 'node:timers/promises';
import { addAddress, detectionOf, removeAddress } from '../../../gaps/workbench/detection.ts';
import { advertisementIn, anAddress, markedFrame } from '../../../gaps/workbench/frames.ts';
import { advertisement, claim } from '../../../gaps/workbench/neighbor-frames.ts';
import { pretend, send } from '../../../gaps/workbench/trains.ts';
import { addressOf, captureAll, stationOf } from '../../../gaps/workbench/workbench.ts';
import { milliseconds, waitFor } from '../../../src/base/index.ts';
import { addressAt, formatAddress } from '../../../src/ip/index.ts';
import { countAll, readDrops, readSwitchDrops } from '../drops.ts';
import { freshAddress, type Line, type Stage } from '../line.ts';

const framesPerFlood = 600;
/** A burst that a switch in userspace takes in before its socket's buffer is full: what is lost there, no rule can count. */
const framesPerBurst = 100;
const millisecondsPerBurst = 20;
/** A flood of claims may win as many addresses as a port may have; the rest is refused, at the meter or behind it. */
const mostGranted = 32;

/** Far beyond the meter of its port. Neighbours are served meanwhile, and counters show all of it and nothing else. */
export const floods: Line = {
  number: 9,
  title: 'floods with claims and advertisements, far beyond the meter of its port',
  async train(stage) {
    const text = formatAddress(freshAddress(stage, 9));
    const before = await countDrops(stage);
    await addAddress(stage.victim, text);
    const [isServed] = await Promise.all([solicitsInVain(stage).then((vain) => !vain), flood(stage)]);
    const detection = await detectionOf(stage.victim, text);
    const isCounted = await shows(stage, before, framesPerFlood - mostGranted);
    const isTrue = await countsNothing(stage);
    return {
      reachable: [text, addressOf(stage.victim.port)],
      harm: {
        cutOff: isServed ? 0 : 1,
        denied: detection === 'unique' ? 0 : 1,
        uncounted: (isCounted ? 0 : 1) + (isTrue ? 0 : 1),
      },
      undo: () => removeAddress(stage.victim, text),
    };
  },
};

async function flood(stage: Stage): Promise<void> {
  const claims = Array.from({ length: framesPerFlood / 2 }, (_, index) => {
    const address = addressAt(stage.scene.prefix, 0x9_0000_0000n + BigInt(stage.number * framesPerFlood + index));
    stage.owned.add(formatAddress(address));
    return claim(pretend(stage, address));
  });
  const advertised = claims.map(() => advertisement(pretend(stage, anAddress(addressOf(stage.victim.port)))));
  const frames = [...claims, ...advertised];
  for (let sent = 0; sent < frames.length; sent += framesPerBurst) {
    await send(stage, ...frames.slice(sent, sent + framesPerBurst));
    await delay(millisecondsPerBurst);
  }
}

/** The victim asks for a router. */
async function solicitsInVain({ victim: { guest, interface: name }, victim }: Stage): Promise<boolean> {
  const [capture] = await captureAll([victim]);
  if (!capture) throw new Error('the victim has an interface');
  await guest.run(['rdisc6', '-1', '-q', '-r', '3', '-w', '3000', name]);
  return (await capture.stop()).every((frame) => advertisementIn(frame) === undefined);
}

async function countDrops({ scene, attackerHost, attacker }: Stage): Promise<number> {
  return countAll(await readDrops(scene.lab, attackerHost, attacker.port));
}

async function shows(stage: Stage, before: number, wanted: number): Promise<boolean> {
  const enough = async () => (await countDrops(stage)) - before >= wanted;
  return waitFor('the drops to be counted', enough, { within: milliseconds(12_000) }).catch(() => false);
}

/** Honest frames arrive, and no counter of drops says otherwise. */
async function countsNothing(stage: Stage): Promise<boolean> {
  const { attacker, attackerHost, victim } = stage;
  const countBySwitch = async () => countAll(await readSwitchDrops(attackerHost, attacker.port));
  const before = await countBySwitch();
  const [capture] = await captureAll([victim]);
  if (!capture) throw new Error('the victim has an interface');
  const marker = `<honest after flood ${stage.number}>`;
  const frames = Array.from({ length: 20 }, () => markedFrame(stationOf(attacker), stationOf(victim), marker));
  await send(stage, ...frames);
  const all = () => capture.frames.filter((frame) => Buffer.from(frame.bytes).includes(marker)).length >= frames.length;
  const arrived = await waitFor('the honest frames', all, { within: milliseconds(5_000) }).catch(() => false);
  await capture.stop();
  return !arrived || (await countBySwitch()) === before;
}
