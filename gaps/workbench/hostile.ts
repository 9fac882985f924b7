import { milliseconds, waitFor } from '../../src/base/index.ts';
import { type Port, unwrap } from '../../src/client/index.ts';
import { addressAt, formatAddress, type Prefix } from '../../src/ip/index.ts';
import type { CapturedFrame, Context } from '../contract.ts';
import { expect, type Note } from '../probe.ts';
import { anAddress, aPrefix, carries, expectNone, markedFrame, parseFrame, type Station } from './frames.ts';
import { claim } from './neighbor-frames.ts';
import type { PluggedPort } from './workbench.ts';

/** Something forged, of which nothing may arrive anywhere. */
export interface Forgery {
  /** Becomes the part's name. */
  readonly name: string;
  readonly frames: readonly Uint8Array[];
  /** Tells its frames wherever they show up, between hosts also inside of a tunnel's packet. */
  readonly isForged: (frame: CapturedFrame) => boolean;
  /** Tells those which alone are of no use to a receiver, so that a guard may let them pass. Default: none. */
  readonly isUseless?: (frame: CapturedFrame) => boolean;
}

/** A hostile guest and those whom it tries to harm. */
export interface Assault {
  readonly attacker: PluggedPort;
  /** One at least is on another host, so that what is sent to all of them passes between hosts. */
  readonly victims: readonly PluggedPort[];
  readonly forgeries: readonly Forgery[];
  /** Addresses that attacker and victims use honestly, for the frame that must arrive. */
  readonly stationOf: (one: PluggedPort) => Station;
}

/** The frames and drops that were seen once an assault was over. */
interface Aftermath {
  /** At each victim, and at last between hosts where that can be watched; each has seen an honest frame. */
  readonly seen: readonly { readonly where: string; readonly frames: readonly CapturedFrame[] }[];
  /** Undefined where nothing counts drops. */
  readonly dropped: number | undefined;
}

/**
 * Injects all that is forged and then an honest frame to each victim. When the honest ones have arrived, on the wire
 * between hosts too, and the drops are counted, what was forged has been dealt with: it must be in no capture that saw an
 * honest one. Each forgery is a part of its own, and essential.
 */
export async function expectAllRepelled(context: Context, assault: Assault): Promise<void> {
  const { probe } = context;
  const { forgeries, victims } = assault;
  const frames = forgeries.flatMap((forgery) => forgery.frames);
  const harmful = forgeries.flatMap(harmfulFramesOf);
  const aftermath = carryOut(context, assault, frames, harmful.length);
  await Promise.all(
    forgeries.map((forgery) =>
      probe.part(forgery.name, async (note) => expectAbsent(await aftermath, forgery, note), { essential: true }),
    ),
  );
  await probe.part('every forged frame is dropped at the guest’s own host, and counted', async (note) => {
    const { dropped } = await aftermath;
    expect(dropped !== undefined, 'this cloud has no eyes on drops');
    note(`${harmful.length} frames forged towards ${victims.length} victims, ${dropped} drops counted`);
    expect(dropped >= harmful.length, `only ${dropped} of ${harmful.length} drops were counted`);
  });
}

function harmfulFramesOf({ frames, isUseless }: Forgery): readonly Uint8Array[] {
  return frames.filter((bytes) => !isUseless?.(sent(bytes)));
}

function sent(bytes: Uint8Array): CapturedFrame {
  return { at: 0, direction: 'out', bytes };
}

function expectAbsent({ seen }: Aftermath, forgery: Forgery, note: Note): void {
  const { isForged, isUseless } = forgery;
  const own = harmfulFramesOf(forgery);
  const known = own.filter((bytes) => isForged(sent(bytes)));
  // A frame that `isForged` does not recognise could arrive and still be found absent.
  if (known.length < own.length) throw new Error(`${own.length - known.length} forged frames would not be known again`);
  note(
    `${own.length} frames injected; looked at ${seen.map(({ where, frames }) => `${frames.length} ${where}`).join(', ')}`,
  );
  const isHarmful = (frame: CapturedFrame) => isForged(frame) && !isUseless?.(frame);
  for (const { where, frames } of seen) expectNone(frames, isHarmful, `${own.length} forged frames ${where}`);
}

async function carryOut(
  context: Context,
  assault: Assault,
  frames: readonly Uint8Array[],
  harmful: number,
): Promise<Aftermath> {
  const { attacker, victims, stationOf } = assault;
  const { eyes, cloud } = context;
  const { network_id } = attacker.port;
  const id = unwrap(await cloud.admin.networks.show(network_id))['provider:segmentation_id'];
  const before = (await eyes?.countDrops(attacker.port)) ?? 0;
  const underlay = await eyes?.captureUnderlay(attacker.guest.host, id ? { segmentationId: id } : undefined);
  const watches = await Promise.all(
    victims.map(async ({ guest }) => ({ where: `at ${guest.name}`, capture: await guest.capture() })),
  );
  if (underlay) watches.push({ where: 'between hosts', capture: underlay });
  const honest = `honest ${context.tag}`;
  const control = victims.map((victim) => markedFrame(stationOf(attacker), stationOf(victim), honest));
  await attacker.guest.inject([...frames, ...control]);
  await Promise.all(
    watches.map(({ where, capture }) =>
      capture.waitFor(`the honest frame ${where}`, (frame) => carries(frame, honest), 15_000),
    ),
  );
  const dropped = await countDrops(context, attacker.port, before, harmful);
  const seen = await Promise.all(watches.map(async ({ where, capture }) => ({ where, frames: await capture.stop() })));
  return { seen, dropped };
}

/** Counters lag behind the datapath: looks again until they show what must be there, for 3 s at most. */
async function countDrops({ eyes }: Context, port: Port, before: number, wanted: number): Promise<number | undefined> {
  if (!eyes) return undefined;
  let counted = 0;
  const enough = async () => {
    counted = (await eyes.countDrops(port)) - before;
    return counted >= wanted;
  };
  await waitFor('the drops to be counted', enough, { within: milliseconds(3_000), every: milliseconds(100) }).catch(
    () => undefined,
  );
  return counted;
}

/** A guest that claims the address of another one, and a third guest that watches. */
export interface AddressTheft {
  readonly attacker: PluggedPort;
  readonly attackerStation: Station;
  /** The guest whose address is claimed. */
  readonly owner: PluggedPort;
  readonly ownerStation: Station;
  /** The guest that would receive frames from the stolen address. */
  readonly witness: PluggedPort;
  readonly witnessStation: Station;
  /** How it is claimed; unset: as duplicate address detection would. */
  readonly claimOf?: ClaimOf;
  readonly note: Note;
}

/** The frame that claims an address. */
export type ClaimOf = (stolen: Station) => Uint8Array;

/** Claims an address that a neighbour has, ignores the defence, and sends from it. */
export async function expectTheftFails(theft: AddressTheft): Promise<void> {
  const { attacker, attackerStation, owner, ownerStation, witness, witnessStation, claimOf = claim, note } = theft;
  const capture = await witness.guest.capture();
  const stolen: Station = { mac: attackerStation.mac, address: ownerStation.address };
  const reachesOwner = () => attacker.guest.reaches(formatAddress(ownerStation.address));
  // Now, so that the attacker need not ask for the owner's MAC later: the answer would pass for a defence.
  expect(await reachesOwner(), `${owner.guest.name} is not reached`);
  await attacker.guest.inject([claimOf(stolen)]);
  // An echo there and back: the claim has reached the owner by then, and the defence the attacker's host.
  expect(await reachesOwner(), `${owner.guest.name} is not reached any more`);
  const marker = `stolen from ${owner.guest.name}`;
  const honest = `honest ${owner.guest.name}`;
  const forged = Array.from({ length: 3 }, () => markedFrame(stolen, witnessStation, marker));
  await attacker.guest.inject([...forged, markedFrame(attackerStation, witnessStation, honest)]);
  await capture.waitFor('the honest frame', (frame) => carries(frame, honest), 15_000);
  const arrived = (await capture.stop()).filter((frame) => carries(frame, marker));
  note(
    `${formatAddress(stolen.address)} of ${owner.guest.host} claimed, 3 frames sent from it: ${arrived.length} arrived`,
  );
  expect(arrived.length === 0, `${arrived.length} frames from a stolen address arrived`);
}

/** A guest that claims many addresses of a prefix and sends from each to a neighbour. */
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
  for (const chunk of chunks) await attacker.guest.inject(chunk.map((station) => claim(station)));
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

/** Claims that the owner ignores, or never hears (RFC 4861 §7.1.1): who heeds them heeds no defence. */
export const unheardClaims: Readonly<Record<string, ClaimOf>> = {
  'a hop limit of 64': (stolen) => claim(stolen, { hopLimit: 64 }),
  'another group': (stolen) => claim(stolen, { group: anAddress('ff02::1:ff66:6666') }),
  'a wrong checksum': (stolen) => {
    const frame = claim(stolen);
    const at = 14 + 40 + 2;
    return frame.with(at, (frame[at] ?? 0) ^ 0x55);
  },
};

function sourceOf(frame: CapturedFrame): string {
  const source = parseFrame(frame)?.ipv6?.source;
  return source ? formatAddress(source) : 'malformed';
}
