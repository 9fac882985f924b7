import { milliseconds, waitFor } from '../../src/base/index.ts';
import { formatAddress, isMulticast, isUnspecified, type Mac } from '../../src/ip/index.ts';
import type { Capture, CapturedFrame } from '../contract.ts';
import { carries, markedFrame, parseFrame } from './frames.ts';
import { describeFrame, isLie, owns, type Suspect } from './onlookers.ts';
import { captureAll, type PluggedPort, stationOf } from './workbench.ts';

/** Stands in the payload of all data that this MAC's guest sends from an address that it does not own. */
export function forgedMarker(mac: Mac): string {
  return `<forged by ${mac}>`;
}

/** Frames that arrived and should not have. */
export interface Arrived {
  /** With which the attacker spoke for an address that it does not own. */
  readonly delivered: number;
  /** For an address of somebody else, at the attacker. */
  readonly diverted: number;
  /** Some of them, as evidence. */
  readonly examples: readonly string[];
}

/** Captures at honest guests and at the attacker, for as long as an attack lasts. */
export interface Watch {
  /** Waits until all that was sent so far has arrived or never will, ends the captures, and counts. */
  judge(suspect: Suspect): Promise<Arrived>;
}

/** How long a frame may be under way, or a host may need to serve again: generous, as machines are busy. */
const patience = milliseconds(30_000);

/** Opens the captures. They stand when it resolves. */
export async function openWatch(attacker: PluggedPort, honest: readonly PluggedPort[]): Promise<Watch> {
  const incoming = { direction: 'in' } as const;
  const captures = await captureAll(honest, incoming);
  const [atAttacker] = await captureAll([attacker], incoming);
  if (!atAttacker) throw new Error('the attacker has an interface');
  return {
    async judge(suspect) {
      await settle(attacker, honest, captures);
      const seen = (await Promise.all(captures.map((capture) => capture.stop()))).flat();
      const delivered = seen.filter((frame) => isLie(frame, suspect) || isForgedData(frame, suspect));
      const diverted = (await atAttacker.stop()).filter((frame) => isDiverted(frame, suspect));
      const examples = [...delivered.slice(0, 3), ...diverted.slice(0, 3)].map(describeFrame);
      return { delivered: delivered.length, diverted: diverted.length, examples };
    },
  };
}

/** From whatever MAC, and from an address that the suspect has not come to own since. */
function isForgedData(frame: CapturedFrame, { mac }: Suspect): boolean {
  return frame.direction === 'in' && carries(frame, forgedMarker(mac));
}

/** It is for the attacker's MAC, and for an address that is somebody else's. */
function isDiverted(frame: CapturedFrame, suspect: Suspect): boolean {
  const parsed = frame.direction === 'in' ? parseFrame(frame) : undefined;
  if (!parsed?.ipv6 || parsed.ethernet.destination !== suspect.mac) return false;
  const { destination } = parsed.ipv6;
  return (
    !isMulticast(destination) && !isUnspecified(destination) && !owns(suspect, formatAddress(destination), frame.at)
  );
}

/** An honest frame of the attacker's to each: when it has arrived, those that were sent before it have, too. */
async function settle(attacker: PluggedPort, honest: readonly PluggedPort[], captures: readonly Capture[]) {
  const marker = `<honest ${performance.now()}>`;
  const frames = honest.map((one) => markedFrame(stationOf(attacker), stationOf(one), marker));
  const missing = () => captures.filter((capture) => !capture.frames.some((frame) => hasCome(frame, marker)));
  const arrived = async () => {
    await attacker.guest.inject(frames, attacker.interface);
    return missing().length === 0;
  };
  await waitFor('the honest frames of the attacker', arrived, { within: patience, every: milliseconds(200) });
}

function hasCome(frame: CapturedFrame, marker: string): boolean {
  return frame.direction === 'in' && carries(frame, marker);
}
