import { milliseconds, waitFor } from '../src/base/index.ts';
import type { Port } from '../src/client/index.ts';
import { addressAt, formatAddress, type Prefix, solicitedNode } from '../src/ip/index.ts';
import { icmpv6Frame } from '../src/packet/index.ts';
import type { CapturedFrame, Context } from './contract.ts';
import { anAddress, aPrefix, carries, expectNone, groupMac, markedFrame, parseFrame, type Station } from './frames.ts';
import { expect, type Note } from './probe.ts';
import type { PluggedPort } from './workbench.ts';

/** Frames that a hostile guest sends, none of which may arrive anywhere. */
export interface Assault {
  readonly attacker: PluggedPort;
  readonly victims: readonly PluggedPort[];
  readonly frames: readonly Uint8Array[];
  /** Tells a forged frame wherever it shows up, between hosts also inside of a tunnel's packet. */
  readonly isForged: (frame: CapturedFrame) => boolean;
  /** Addresses that attacker and victims use honestly, for the frame that must arrive. */
  readonly stationOf: (one: PluggedPort) => Station;
}

/**
 * Injects the forged frames and then an honest one to each victim. When the honest ones have arrived and the drops are
 * counted, what was forged has been dealt with: it must be in no victim's capture and not on the wire between hosts.
 */
export async function expectRepelled(context: Context, assault: Assault, note: Note): Promise<void> {
  const { attacker, victims, frames, isForged, stationOf } = assault;
  const { eyes } = context;
  const before = (await eyes?.countDrops(attacker.port)) ?? 0;
  const captures = await Promise.all(victims.map(({ guest }) => guest.capture()));
  const underlay = await eyes?.captureUnderlay(attacker.guest.host);
  const honest = `honest ${context.tag} ${performance.now()}`;
  const control = victims.map((victim) => markedFrame(stationOf(attacker), stationOf(victim), honest));
  await attacker.guest.inject([...frames, ...control]);
  await Promise.all(
    captures.map((capture) => capture.waitFor('the honest frame at the victim', (frame) => carries(frame, honest))),
  );
  const dropped = await countDrops(context, attacker.port, before, frames.length);
  const seen = await Promise.all(captures.map((capture) => capture.stop()));
  const between = (await underlay?.stop()) ?? [];
  const counted = dropped === undefined ? 'nothing counts drops here' : `${dropped} drops counted at the guest's host`;
  note(`${frames.length} forged frames, 1 honest frame to each victim: ${counted}`);
  for (const [index, arrived] of seen.entries()) {
    expectNone(arrived, isForged, `${frames.length} forged frames at ${victims[index]?.guest.name}`);
  }
  expectNone(between, isForged, `${frames.length} forged frames between hosts`);
  if (dropped !== undefined) expect(dropped >= frames.length, `only ${dropped} of ${frames.length} drops were counted`);
}

/** Counters lag behind the datapath: looks again until they show what must be there, for 3 s at most. */
async function countDrops({ eyes }: Context, port: Port, before: number, wanted: number): Promise<number | undefined> {
  if (!eyes) return undefined;
  let counted = 0;
  const enough = async () => {
    counted = (await eyes.countDrops(port)) - before;
    return counted >= wanted;
  };
  await waitFor('the drops to be counted', enough, { within: milliseconds(3_000) }).catch(() => undefined);
  return counted;
}

export interface AddressFlood {
  readonly attacker: PluggedPort;
  readonly victim: PluggedPort;
  readonly prefix: string;
  readonly count: number;
  readonly attackerStation: Station;
  readonly victimStation: Station;
  readonly note: Note;
}

/** Far below what a flood asks for, far above what an honest guest needs on a few prefixes. */
const mostAdmitted = 64;

/**
 * Claims many addresses by duplicate address detection, then sends a frame from each. Throws `Unmet` when more get
 * through than an honest guest could need.
 */
export async function expectQuota(flood: AddressFlood): Promise<void> {
  const { attacker, victim, attackerStation, victimStation, note } = flood;
  const prefix = aPrefix(flood.prefix);
  const forged = Array.from({ length: flood.count }, (_, index) => stationAt(prefix, attackerStation, index));
  const chunks = Array.from({ length: Math.ceil(forged.length / 500) }, (_, n) => forged.slice(n * 500, n * 500 + 500));
  for (const chunk of chunks) await attacker.guest.inject(chunk.map(claim));
  const capture = await victim.guest.capture();
  const marker = 'from a forged address';
  for (const chunk of chunks) {
    await attacker.guest.inject(chunk.map((from) => markedFrame(from, victimStation, marker)));
  }
  await attacker.guest.inject([markedFrame(attackerStation, victimStation, 'the flood is over')]);
  await capture.waitFor('the honest frame after the flood', (frame) => carries(frame, 'the flood is over'), 15_000);
  const arrived = (await capture.stop()).filter((frame) => carries(frame, marker));
  const sources = new Set(arrived.map((frame) => sourceOf(frame)));
  note(`${flood.count} addresses claimed and used: frames from ${sources.size} of them arrived`);
  expect(sources.size <= mostAdmitted, `${sources.size} of ${flood.count} forged addresses were admitted`);
}

function stationAt(prefix: Prefix, { mac }: Station, index: number): Station {
  return { mac, address: addressAt(prefix, 0xf000_0000_0000n + BigInt(index)) };
}

/** A neighbour solicitation of the unspecified address: the first step of duplicate address detection (RFC 4862 §5.4.2). */
export function claim({ mac, address }: Station): Uint8Array {
  const destination = solicitedNode(address);
  return icmpv6Frame(
    { kind: 'neighbor-solicitation', target: address, options: [] },
    { sourceMac: mac, destinationMac: groupMac(destination), source: anAddress('::'), destination },
  );
}

function sourceOf(frame: CapturedFrame): string {
  const source = parseFrame(frame)?.ipv6?.source;
  return source ? formatAddress(source) : 'malformed';
}
