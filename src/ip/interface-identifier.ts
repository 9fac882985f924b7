import { createHmac } from 'node:crypto';
import { type Address, addressBytes, isMulticast } from './address.ts';
import { type Mac, macBytes, parseMac } from './mac.ts';
import { type Prefix, prefixOf } from './prefix.ts';

const LINK_LOCAL: Prefix = { address: { family: 6, value: 0xfe80n << 112n }, length: 64 };

/**
 * The address that a MAC gets in a prefix by modified EUI-64 (RFC 4291 appendix A).
 * The prefix is an IPv6 one of at most 64 bits; throws RangeError otherwise.
 */
export function eui64(prefix: Prefix, mac: Mac): Address {
  return withInterfaceIdentifier(prefix, modifiedEui64(mac));
}

/** fe80::/64 with the modified EUI-64 of the MAC. */
export function linkLocalFromMac(mac: Mac): Address {
  return eui64(LINK_LOCAL, mac);
}

/** The arguments of the function that computes a stable, opaque interface identifier (RFC 7217 §5). */
export interface StableIidInput {
  readonly prefix: Prefix;
  /** RFC 7217 §5 Net_Iface: what names the interface, e.g. the port's id. */
  readonly interfaceName: string;
  /** RFC 7217 §5 Network_ID: what names the link; may be empty. */
  readonly networkId?: string;
  /** RFC 7217 §5 DAD_Counter: how many of its addresses were found to be duplicates. Default 0. */
  readonly dadCounter?: number;
  /** A secret of at least 128 bits. */
  readonly secretKey: Uint8Array;
}

/**
 * A semantically opaque address that is stable within the prefix (RFC 7217 §5): F() is HMAC-SHA256.
 * Reserved identifiers (RFC 5453) are passed over by counting on. Throws RangeError as {@link eui64} does.
 */
export function stableIid(input: StableIidInput): Address {
  for (let counter = input.dadCounter ?? 0; ; counter++) {
    const iid = opaqueIdentifier(input, counter);
    if (!isReservedIdentifier(iid)) return withInterfaceIdentifier(input.prefix, iid);
  }
}

/** The low 64 bits of an IPv6 address. */
export function interfaceIdentifier(address: Address): bigint {
  return address.value & IID_MASK;
}

/** The MAC that a modified EUI-64 address was made from; undefined if it has no such form. */
export function macFromEui64(address: Address): Mac | undefined {
  if (address.family !== 6 || isMulticast(address)) return undefined;
  const bytes = addressBytes(address).subarray(8);
  const [b0 = 0, b1, b2, marker1, marker2, b5, b6, b7] = bytes;
  if (marker1 !== 0xff || marker2 !== 0xfe) return undefined;
  const pairs = [b0 ^ 2, b1, b2, b5, b6, b7].map((byte = 0) => byte.toString(16).padStart(2, '0'));
  return parseMac(pairs.join(':'));
}

const IID_MASK = (1n << 64n) - 1n;

function modifiedEui64(mac: Mac): bigint {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0, b5 = 0] = macBytes(mac);
  return [b0 ^ 2, b1, b2, 0xff, 0xfe, b3, b4, b5].reduce((iid, byte) => (iid << 8n) | BigInt(byte), 0n);
}

function withInterfaceIdentifier(prefix: Prefix, iid: bigint): Address {
  if (prefix.address.family !== 6 || prefix.length > 64)
    throw new RangeError('an IPv6 prefix of at most 64 bits is needed');
  return { family: 6, value: prefix.address.value | iid };
}

function opaqueIdentifier(
  { prefix, interfaceName, networkId = '', secretKey }: StableIidInput,
  counter: number,
): bigint {
  const network = prefixOf(prefix.address, Math.min(prefix.length, 64));
  const digest = createHmac('sha256', secretKey)
    .update(addressBytes(network.address).subarray(0, 8))
    .update(JSON.stringify([interfaceName, networkId, counter]))
    .digest();
  return digest.readBigUInt64BE(0);
}

/** RFC 5453 and the IANA registry: subnet-router anycast, the IANA block and reserved subnet anycast. */
function isReservedIdentifier(iid: bigint): boolean {
  if (iid === 0n) return true;
  if (iid >> 24n === 0x02005efffen) return true;
  return iid >= 0xfdffffffffffff80n && iid <= 0xfdffffffffffffffn;
}
