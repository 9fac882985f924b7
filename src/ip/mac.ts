import type { Brand } from '../base/index.ts';

/** An EUI-48 in its canonical form: six lower-case hexadecimal pairs with colons. */
export type Mac = Brand<string, 'Mac'>;

const colons = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;
const dashes = /^[0-9a-f]{2}(-[0-9a-f]{2}){5}$/;

/** Parses `fa:16:3e:00:00:01` or `FA-16-3E-00-00-01`; undefined for anything else. */
export function parseMac(text: string): Mac | undefined {
  const lower = text.toLowerCase();
  if (colons.test(lower)) return lower as Mac;
  return dashes.test(lower) ? (lower.replaceAll('-', ':') as Mac) : undefined;
}

/** The six octets of a MAC, in the order in which they are sent. */
export function macBytes(mac: Mac): Uint8Array {
  return Uint8Array.from(mac.split(':'), (pair) => Number.parseInt(pair, 16));
}

/** The inverse of {@link macBytes}; undefined unless there are exactly 6 bytes. */
export function macFromBytes(bytes: Uint8Array): Mac | undefined {
  if (bytes.length !== 6) return undefined;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':') as Mac;
}

/** True for a group address (the I/G bit), broadcast included. */
export function isMulticastMac(mac: Mac): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
}

/** The MAC that every station on a link receives. */
export const broadcastMac = 'ff:ff:ff:ff:ff:ff' as Mac;
