import { formatAddress, isUnspecified, type Mac } from '../../src/ip/index.ts';
import { type DecodedFrame, decodeFrame, dhcpv6Ports } from '../../src/packet/index.ts';
import type { CapturedFrame, Guest } from '../contract.ts';

/** A guest that may be lying: its MAC, and the addresses that it may speak for, as text. */
export interface Suspect {
  readonly mac: Mac;
  readonly owned: ReadonlySet<string>;
  /** Those that it owned, and until when, in milliseconds since the epoch. */
  readonly ownedUntil?: ReadonlyMap<string, number>;
}

/** Whether the suspect owns an address, or owned it then. */
export function owns({ owned, ownedUntil }: Suspect, address: string, at = Date.now()): boolean {
  return owned.has(address) || (ownedUntil?.get(address) ?? -Infinity) >= at;
}

/**
 * Whether a frame that somebody received comes from the suspect and lies about addresses: it is sent from one that the suspect
 * does not own, advertises or solicits in the name of one, or plays router or server. A solicitation of `::` asks and says nothing.
 */
export function isLie(frame: CapturedFrame, suspect: Suspect): boolean {
  if (frame.direction !== 'in') return false;
  const decoded = decodeFrame(frame.bytes);
  return decoded.ok && decoded.value.ethernet.source === suspect.mac && lies(decoded.value, suspect, frame.at);
}

function lies({ ipv6, icmpv6, udp }: DecodedFrame, suspect: Suspect, at: number): boolean {
  if (!ipv6) return false;
  if (!isUnspecified(ipv6.source) && !owns(suspect, formatAddress(ipv6.source), at)) return true;
  if (udp?.sourcePort === dhcpv6Ports.server) return true;
  if (icmpv6?.kind === 'neighbor-advertisement') return !owns(suspect, formatAddress(icmpv6.target), at);
  return icmpv6 !== undefined && routersOnly.has(icmpv6.kind);
}

const routersOnly: ReadonlySet<string> = new Set(['router-advertisement', 'redirect', 'mldv2-query', 'mld-query']);

/** Who says what to whom, as evidence. */
export function describeFrame({ bytes }: CapturedFrame): string {
  const decoded = decodeFrame(bytes);
  if (!decoded.ok) return 'a malformed frame';
  const { ethernet, ipv6, icmpv6, udp } = decoded.value;
  const target = icmpv6 && 'target' in icmpv6 ? ` for ${formatAddress(icmpv6.target)}` : '';
  const what = icmpv6?.kind ?? (udp ? 'UDP' : `EtherType 0x${ethernet.etherType.toString(16)}`);
  const path = ipv6 ? `${formatAddress(ipv6.source)} > ${formatAddress(ipv6.destination)}` : '';
  return `${what}${target}, ${ethernet.source} > ${ethernet.destination} ${path}`;
}

/** Whether a frame that somebody received, or sent, is a detection of this address (RFC 4862 §5.4.2). */
export function isDetectionOf(frame: CapturedFrame, address: string, direction: 'in' | 'out' = 'in'): boolean {
  const decoded = frame.direction === direction ? decodeFrame(frame.bytes) : undefined;
  if (!decoded?.ok) return false;
  const { ipv6, icmpv6 } = decoded.value;
  const isDetection = ipv6 && isUnspecified(ipv6.source) && icmpv6?.kind === 'neighbor-solicitation';
  return isDetection === true && formatAddress(icmpv6.target) === address;
}

/** An entry of a kernel's neighbour table (ip-neighbour(8)). */
export interface NeighbourEntry {
  readonly address: string;
  readonly mac: string;
}

interface NeighbourJson {
  readonly dst: string;
  readonly lladdr?: string;
}

/** The resolved entries of a guest's IPv6 neighbour table. */
export async function readNeighbours(guest: Guest): Promise<readonly NeighbourEntry[]> {
  const { stdout } = await guest.run(['ip', '-6', '-json', 'neighbour', 'show']);
  const entries: readonly NeighbourJson[] = stdout.trim() === '' ? [] : JSON.parse(stdout);
  return entries.flatMap(({ dst, lladdr }) => (lladdr === undefined ? [] : [{ address: dst, mac: lladdr }]));
}

/** The entries by which a guest would send to the suspect what is for an address that the suspect does not own. */
export async function poisonedEntries(guest: Guest, suspect: Suspect): Promise<readonly NeighbourEntry[]> {
  const entries = await readNeighbours(guest);
  return entries.filter((entry) => entry.mac === suspect.mac && !owns(suspect, entry.address));
}
