import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Address, addressAt } from '../../src/ip/index.ts';
import { icmpv6Frame } from '../../src/packet/index.ts';
import { expect, type Note } from '../probe.ts';
import type { Neighbours } from './discovery-attacks.ts';
import { aPrefix, parseFrame, type Station } from './frames.ts';
import { solicitation } from './neighbor-frames.ts';
import { readNeighbours } from './onlookers.ts';
import { startSteadyPing } from './traffic.ts';
import { addressOf, captureAll, type PluggedPort, stationOf } from './workbench.ts';

/** A /64 and those in it, who scans it from beyond its router, and where that guest's frames to the router go. */
export interface Scan extends Neighbours {
  readonly prefix: string;
  readonly outside: PluggedPort;
  /** The router as the guest outside of the network sees it. */
  readonly router: Station;
  readonly note: Note;
}

const targets = 3_000;
const perBurst = 50;
const burstMilliseconds = 50;
/** Far more than a guest has neighbours here, and far less than what is scanned. */
const mostEntries = 64;

/**
 * Scans for addresses that nobody has, from beyond the router and on the link at once (RFC 6583). Traffic goes on meanwhile,
 * routed and switched, new flows begin, and no neighbour's table grows with what was scanned.
 */
export async function expectScanHarmless(scan: Scan): Promise<void> {
  const { attacker, near, far, outside, note } = scan;
  const [routed, switched] = await Promise.all(
    [outside, near].map(({ guest }) => startSteadyPing(guest, addressOf(far.port))),
  );
  const [capture] = await captureAll([far]);
  await Promise.all([scanFrom(outside, probesOf(scan)), scanFrom(attacker, solicitationsOf(scan))]);
  const isReached = await outside.guest.reaches(addressOf(near.port));
  const solicitations = (await capture?.stop())?.filter((frame) => parseFrame(frame)?.icmpv6?.kind === solicitedKind);
  note(`${2 * targets} addresses scanned; ${far.guest.name} was sent ${solicitations?.length} solicitations meanwhile`);
  await routed?.expectUninterrupted(note);
  await switched?.expectUninterrupted(note);
  expect(isReached, 'a new flow does not get through the router');
  for (const { guest } of [near, far]) {
    const { length } = await readNeighbours(guest);
    note(`${guest.name} has ${length} neighbours in its table`);
    expect(length <= mostEntries, `${guest.name} has ${length} neighbours in its table`);
  }
}

const solicitedKind = 'neighbor-solicitation';

async function scanFrom({ guest, interface: name }: PluggedPort, frames: readonly Uint8Array[]): Promise<void> {
  for (let sent = 0; sent < frames.length; sent += perBurst) {
    await guest.inject(frames.slice(sent, sent + perBurst), name);
    await delay(burstMilliseconds);
  }
}

/** Echo requests by way of the router. */
function probesOf({ outside, router, prefix }: Scan): readonly Uint8Array[] {
  const { mac, address } = stationOf(outside);
  return anyTargets(prefix).map((destination, sequence) =>
    icmpv6Frame(
      { kind: 'echo-request', identifier: 21, sequence, data: new Uint8Array(8) },
      { sourceMac: mac, destinationMac: router.mac, source: address, destination },
      { hopLimit: 64 },
    ),
  );
}

/** Each to the group of its target, as a kernel resolves it. */
function solicitationsOf({ attacker, prefix }: Scan): readonly Uint8Array[] {
  return anyTargets(prefix).map((target) => solicitation(stationOf(attacker), target));
}

function anyTargets(prefix: string): readonly Address[] {
  return Array.from({ length: targets }, () => addressAt(aPrefix(prefix), BigInt(randomInt(2 ** 47))));
}
