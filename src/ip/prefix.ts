import { type Address, type Family, familyBits, formatAddress, parseAddress } from './address.ts';

/** A CIDR prefix. `address` is the network address: no host bit is set. */
export interface Prefix {
  readonly address: Address;
  readonly length: number;
}

/** Both ends belong to the range; they are of one family and `first` is not after `last`. */
export interface Range {
  readonly first: Address;
  readonly last: Address;
}

/**
 * Parses `address/length`; undefined for anything else. Host bits are cleared, as Neutron does with a subnet's `cidr`;
 * a caller that wants to refuse them compares with {@link formatPrefix}.
 */
export function parsePrefix(text: string): Prefix | undefined {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const address = match?.[1] === undefined ? undefined : parseAddress(match[1]);
  if (!address) return undefined;
  const length = Number(match?.[2]);
  return length <= familyBits(address.family) ? prefixOf(address, length) : undefined;
}

/** The canonical text of a prefix: the address as RFC 5952 has it, a slash, and the length. */
export function formatPrefix({ address, length }: Prefix): string {
  return `${formatAddress(address)}/${length}`;
}

/** The prefix of this length that the address lies in. Throws RangeError for a length that the family doesn't have. */
export function prefixOf(address: Address, length: number): Prefix {
  const bits = familyBits(address.family);
  if (!Number.isInteger(length) || length < 0 || length > bits) throw new RangeError(`prefix length ${length}`);
  const shift = BigInt(bits - length);
  return { address: { family: address.family, value: (address.value >> shift) << shift }, length };
}

/** The prefix that holds just this address: /128 or /32. */
export function hostPrefix(address: Address): Prefix {
  return { address, length: familyBits(address.family) };
}

/** The IP version of a prefix. */
export function prefixFamily(prefix: Prefix): Family {
  return prefix.address.family;
}

/** Whether an address is in a prefix. Never across families. */
export function prefixContains(prefix: Prefix, address: Address): boolean {
  if (prefix.address.family !== address.family) return false;
  const shift = hostBits(prefix);
  return prefix.address.value >> shift === address.value >> shift;
}

/** True when every address of `inner` lies in `outer`; a prefix contains itself. */
export function prefixContainsPrefix(outer: Prefix, inner: Prefix): boolean {
  return inner.length >= outer.length && prefixContains(outer, inner.address);
}

/** True when the two have an address in common, which for prefixes means that one contains the other. */
export function prefixOverlaps(a: Prefix, b: Prefix): boolean {
  return prefixContains(a, b.address) || prefixContains(b, a.address);
}

/** How many addresses the prefix holds. */
export function prefixSize(prefix: Prefix): bigint {
  return 1n << hostBits(prefix);
}

/** The network address. For IPv6 it is also the subnet-router anycast address (RFC 4291 §2.6.1). */
export function firstAddress(prefix: Prefix): Address {
  return prefix.address;
}

/** The last address. For IPv4 it is the broadcast address. */
export function lastAddress(prefix: Prefix): Address {
  return { family: prefix.address.family, value: prefix.address.value | (prefixSize(prefix) - 1n) };
}

/** The address at an offset from the network address. Throws RangeError outside the prefix. */
export function addressAt(prefix: Prefix, offset: bigint): Address {
  if (offset < 0n || offset >= prefixSize(prefix))
    throw new RangeError(`no address ${offset} in ${formatPrefix(prefix)}`);
  return { family: prefix.address.family, value: prefix.address.value + offset };
}

/** The mask as an address: ffff:ffff:ffff:ffff:: for a /64, 255.255.255.0 for a /24. */
export function prefixMask({ address, length }: Prefix): Address {
  const bits = familyBits(address.family);
  const shift = BigInt(bits - length);
  return { family: address.family, value: (((1n << BigInt(bits)) - 1n) >> shift) << shift };
}

/** Whether an address is in a range, whose ends belong to it. Never across families. */
export function rangeContains(range: Range, address: Address): boolean {
  if (range.first.family !== address.family) return false;
  return range.first.value <= address.value && address.value <= range.last.value;
}

/** Whether two ranges have an address in common. Never across families. */
export function rangeOverlaps(a: Range, b: Range): boolean {
  return a.first.family === b.first.family && a.first.value <= b.last.value && b.first.value <= a.last.value;
}

/** How many addresses are in a range, both ends included. */
export function rangeSize({ first, last }: Range): bigint {
  return last.value - first.value + 1n;
}

/** All the addresses of the prefix as a range. */
export function rangeOfPrefix(prefix: Prefix): Range {
  return { first: firstAddress(prefix), last: lastAddress(prefix) };
}

function hostBits({ address, length }: Prefix): bigint {
  return BigInt(familyBits(address.family) - length);
}
