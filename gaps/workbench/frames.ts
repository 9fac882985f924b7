import { type Address, eui64, type Mac, macBytes, parseAddress, parseMac, parsePrefix } from '../../src/ip/index.ts';
import {
  type DecodedFrame,
  decodeFrame,
  multicastMac,
  type RouterAdvertisement,
  udpFrame,
} from '../../src/packet/index.ts';
import type { CapturedFrame, Guest } from '../contract.ts';
import { expect, type Note } from '../probe.ts';

/** One end of a forged frame. */
export interface Station {
  readonly mac: Mac;
  readonly address: Address;
}

/** For the texts of probes, which are known to be addresses. Throws on any other. */
export function anAddress(text: string): Address {
  return present(parseAddress(text), text);
}

/** Parses a MAC address; throws when the text is not one. */
export function aMac(text: string): Mac {
  return present(parseMac(text), text);
}

/** Parses a prefix; throws when the text is not one. */
export function aPrefix(text: string) {
  return present(parsePrefix(text), text);
}

/** Returns the value unless it is undefined: then it throws, and names what is missing. */
export function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`nothing that is ${what}`);
  return value;
}

/** The link-local address that the kernel makes of a MAC (RFC 4291 appendix A). */
export function linkLocalStation(mac: string): Station {
  return { mac: aMac(mac), address: eui64(aPrefix('fe80::/64'), aMac(mac)) };
}

let nextPort = 0;

/**
 * A UDP datagram whose payload is the marker by which it is found again. Each comes from another port: one that could pass
 * for a reply to an earlier one's expired connection ends ovs-vswitchd 3.1 with a failed assertion.
 */
export function markedFrame(from: Station, to: Station, marker: string): Uint8Array {
  nextPort = (nextPort + 1) % 20_000;
  return udpFrame(
    { sourcePort: 20_000 + nextPort, destinationPort: 7777, payload: new TextEncoder().encode(marker) },
    { sourceMac: from.mac, destinationMac: to.mac, source: from.address, destination: to.address },
  );
}

/** The MAC to which a multicast address is sent. */
export function groupMac(address: Address): Mac {
  return present(multicastMac(address), 'a multicast address');
}

/** Whether a frame holds these octets anywhere, also as part of a tunnel's packet. */
export function carries(frame: CapturedFrame, marker: string | Uint8Array): boolean {
  return Buffer.from(frame.bytes).includes(typeof marker === 'string' ? marker : Buffer.from(marker));
}

/** By its Ethernet destination. */
export function isSentTo({ bytes }: CapturedFrame, mac: Mac): boolean {
  return Buffer.from(bytes.subarray(0, 6)).equals(macBytes(mac));
}

/** The frame taken apart; undefined where it is malformed, as forged ones are. */
export function parseFrame(frame: CapturedFrame): DecodedFrame | undefined {
  const decoded = decodeFrame(frame.bytes);
  return decoded.ok ? decoded.value : undefined;
}

/** The router advertisement that a guest gets for its own solicitation. */
export async function solicitRouter(guest: Guest, name: string, note: Note): Promise<RouterAdvertisement> {
  const capture = await guest.capture(name);
  // rdisc6 sends an RS from the interface's link-local address, up to 3 times.
  const asked = guest.run(['rdisc6', '-1', '-q', '-r', '3', '-w', '2000', name]);
  try {
    const frame = await capture.waitFor(
      'a router advertisement',
      (seen) => advertisementIn(seen) !== undefined,
      15_000,
    );
    const found = present(advertisementIn(frame), 'a router advertisement');
    note(`RA on ${guest.name}: ${describeAdvertisement(found)}`);
    return found;
  } finally {
    await asked;
    await capture.stop();
  }
}

/** The router advertisement that a frame brings in; undefined when it is another frame, or goes out. */
export function advertisementIn(frame: CapturedFrame): RouterAdvertisement | undefined {
  const message = frame.direction === 'in' ? parseFrame(frame)?.icmpv6 : undefined;
  return message?.kind === 'router-advertisement' ? message : undefined;
}

/** The flags, lifetime and options of an advertisement, as evidence. */
export function describeAdvertisement(advertisement: RouterAdvertisement): string {
  const { managed, otherConfiguration, routerLifetimeSeconds, options } = advertisement;
  const kinds = options.map(({ kind }) => kind).join(', ');
  return `M=${Number(managed)} O=${Number(otherConfiguration)}, router for ${routerLifetimeSeconds} s, ${kinds}`;
}

/** Throws `Unmet` when one of the captured frames matches: for what must not arrive. */
export function expectNone(
  frames: readonly CapturedFrame[],
  matches: (frame: CapturedFrame) => boolean,
  what: string,
): void {
  const found = frames.filter(matches);
  expect(found.length === 0, `${found.length} of ${what} arrived`);
}
