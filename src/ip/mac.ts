import type { Brand } from '../base/index.ts';

/** An EUI-48 in its canonical form: six lower-case hexadecimal pairs with colons. */
export type Mac = Brand<string, 'Mac'>;

/**
 * The ways to write a MAC that neutron-lib takes, which are those of netaddr's `eui48`: `fa:16:3e:0:0:1` and with hyphens;
 * `fa16.3e00.0001`, with colons and hyphens too; `fa163e-000001` or with a colon; `fa163e000001`.
 */
export const macPattern =
  '^([0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}|[0-9a-fA-F]{1,2}(-[0-9a-fA-F]{1,2}){5}' +
  '|[0-9a-fA-F]{1,4}(:[0-9a-fA-F]{1,4}){2}|[0-9a-fA-F]{1,4}(-[0-9a-fA-F]{1,4}){2}|[0-9a-fA-F]{1,4}([.][0-9a-fA-F]{1,4}){2}' +
  '|[0-9a-fA-F]{5,6}[:-][0-9a-fA-F]{5,6}|[0-9a-fA-F]{12})$';

const written = new RegExp(macPattern);

/** Parses a MAC in any of the ways of {@link macPattern}; undefined for anything else. */
export function parseMac(text: string): Mac | undefined {
  if (!written.test(text)) return undefined;
  const groups = text.toLowerCase().split(/[:.-]/);
  const digits = groups.map((group) => group.padStart(12 / groups.length, '0')).join('');
  return digits.replace(/..(?=.)/g, '$&:') as Mac;
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
