import { isIPv4, isIPv6 } from 'node:net';

/** The IP version of an address. */
export type Family = 4 | 6;

/** An IP address without a zone. `value` is the address as an unsigned number, 128 bits wide for IPv6, 32 for IPv4. */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** The address's width in bits. */
export function familyBits(family: Family): 128 | 32 {
  return family === 6 ? 128 : 32;
}

/** Parses the text of an IPv6 or IPv4 address; undefined for anything else, a zone (`%eth0`) included. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv6(text)) return text.includes('%') ? undefined : { family: 6, value: parseIpv6(text) };
  if (isIPv4(text)) return { family: 4, value: parseIpv4(text) };
  return undefined;
}

/** The canonical text: RFC 5952 §4 for IPv6 (§5's mixed notation for IPv4-mapped ones), dotted decimal for IPv4. */
export function formatAddress(address: Address): string {
  return address.family === 6 ? formatIpv6(address.value) : formatIpv4(address.value);
}

/** Whether an address is an IPv6 address. */
export function isIpv6(address: Address): boolean {
  return address.family === 6;
}

/** fe80::/10 (RFC 4291 §2.5.6), or 169.254.0.0/16 (RFC 3927). */
export function isLinkLocal({ family, value }: Address): boolean {
  return family === 6 ? value >> 118n === 0x3fan : value >> 16n === 0xa9fen;
}

/** ff00::/8 (RFC 4291 §2.7), or 224.0.0.0/4 (RFC 5771). */
export function isMulticast({ family, value }: Address): boolean {
  return family === 6 ? value >> 120n === 0xffn : value >> 28n === 0xen;
}

/** `::` or `0.0.0.0`. */
export function isUnspecified({ value }: Address): boolean {
  return value === 0n;
}

/** `::1`, or 127.0.0.0/8. */
export function isLoopback({ family, value }: Address): boolean {
  return family === 6 ? value === 1n : value >> 24n === 127n;
}

/** The solicited-node multicast address of a unicast one: ff02::1:ff00:0/104 and its low 24 bits (RFC 4291 §2.7.1). */
export function solicitedNode(address: Address): Address {
  return { family: 6, value: SOLICITED_NODE_BASE | (address.value & 0xffffffn) };
}

const SOLICITED_NODE_BASE = 0xff0200000000000000000001ff000000n;

/** Network byte order: 16 bytes for IPv6, 4 for IPv4. */
export function addressBytes({ family, value }: Address): Uint8Array {
  const bytes = new Uint8Array(family === 6 ? 16 : 4);
  let rest = value;
  for (let i = bytes.length - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** The inverse of {@link addressBytes}; undefined unless there are exactly 16 or 4 bytes. */
export function addressFromBytes(bytes: Uint8Array): Address | undefined {
  if (bytes.length !== 16 && bytes.length !== 4) return undefined;
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return { family: bytes.length === 16 ? 6 : 4, value };
}

/** Orders IPv6 before IPv4, then by number; for `sort`. */
export function compareAddress(a: Address, b: Address): number {
  if (a.family !== b.family) return b.family - a.family;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

/** Whether two addresses are the same, family included. */
export function equalAddress(a: Address, b: Address): boolean {
  return a.family === b.family && a.value === b.value;
}

function parseIpv4(text: string): bigint {
  return BigInt(ipv4Number(text));
}

function ipv4Number(text: string): number {
  return text.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);
}

/** By way of 32 hexadecimal digits: arithmetic with big integers costs more than text. */
function parseIpv6(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const before = digits(head);
  if (tail === undefined) return BigInt(`0x${before}`);
  const after = digits(tail);
  return BigInt(`0x${before}${'0'.repeat(32 - before.length - after.length)}${after}`);
}

/** Four hexadecimal digits for each group. */
function digits(groups: string): string {
  if (groups === '') return '';
  let all = '';
  for (const group of groups.split(':'))
    all += group.includes('.') ? ipv4Number(group).toString(16).padStart(8, '0') : group.padStart(4, '0');
  return all;
}

function formatIpv4(value: bigint): string {
  const number = Number(value);
  return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
}

function formatIpv6(value: bigint): string {
  if (value >> 32n === 0xffffn) return `::ffff:${formatIpv4(value & 0xffffffffn)}`;
  const hex = value.toString(16).padStart(32, '0');
  const all: string[] = [];
  for (let i = 0; i < 32; i += 4) all.push(Number.parseInt(hex.slice(i, i + 4), 16).toString(16));
  const run = longestZeroRun(all);
  if (run.length < 2) return all.join(':');
  return `${all.slice(0, run.start).join(':')}::${all.slice(run.start + run.length).join(':')}`;
}

/** The first of the longest runs of zero groups: the one that RFC 5952 §4.2.3 shortens. */
function longestZeroRun(all: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let i = 0; i <= all.length; i++) {
    if (i < all.length && all[i] === '0') continue;
    if (i - start > best.length) best = { start, length: i - start };
    start = i + 1;
  }
  return best;
}
