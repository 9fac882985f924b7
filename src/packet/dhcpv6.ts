import { ok } from '../base/index.ts';
import { Reader, Writer } from './bytes.ts';
import { type Dhcpv6Option, decodeDhcpv6Options, encodeDhcpv6Options } from './dhcpv6-options.ts';
import { type Decoded, malformed, truncated } from './problem.ts';

/** RFC 8415 §7.3, numbered from 1; the two relay messages (12, 13) have another form and are not among them. */
const messageTypes = [
  'solicit',
  'advertise',
  'request',
  'confirm',
  'renew',
  'rebind',
  'reply',
  'release',
  'decline',
  'reconfigure',
  'information-request',
] as const;

/** The message types of RFC 8415 §7.3 between clients and servers. */
export type Dhcpv6MessageType = (typeof messageTypes)[number];

/** A message between a client and a server (RFC 8415 §8). */
export interface Dhcpv6Message {
  readonly type: Dhcpv6MessageType;
  /** 24 bits. */
  readonly transactionId: number;
  readonly options: readonly Dhcpv6Option[];
}

/** RFC 8415 §7.2. */
export const dhcpv6Ports = { client: 546, server: 547 } as const;

/** The octets of a message between client and server (RFC 8415 §8). */
export function encodeDhcpv6({ type, transactionId, options }: Dhcpv6Message): Uint8Array {
  return new Writer()
    .u8(messageTypes.indexOf(type) + 1)
    .u8(transactionId >> 16)
    .u16(transactionId)
    .bytes(encodeDhcpv6Options(options))
    .toBytes();
}

/** Reads a message between client and server; any other type, a relay's included, is malformed. */
export function decodeDhcpv6(bytes: Uint8Array): Decoded<Dhcpv6Message> {
  const reader = new Reader(bytes);
  const [number, high, low] = [reader.u8(), reader.u8(), reader.u16()];
  if (reader.truncated) return truncated('dhcpv6');
  const type = messageTypes[number - 1];
  if (!type) return malformed('dhcpv6 message type');
  const options = decodeDhcpv6Options(reader.rest());
  return options.ok ? ok({ type, transactionId: high * 0x10000 + low, options: options.value }) : options;
}
