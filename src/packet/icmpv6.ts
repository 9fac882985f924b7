import { ok } from '../base/index.ts';
import type { Address } from '../ip/index.ts';
import { Reader, Writer } from './bytes.ts';
import { type Endpoints, upperLayerChecksum } from './checksum.ts';
import { protocols } from './ipv6.ts';
import { decodeMld, encodeMld, isMldType, type MldMessage } from './mld.ts';
import {
  decodeNdOptions,
  decodePreference,
  encodeNdOptions,
  encodePreference,
  type NdOption,
  type Preference,
} from './nd-options.ts';
import { badChecksum, type Decoded, malformed, truncated, unlessTruncated } from './problem.ts';

/** The ICMPv6 messages that the first hop reads or writes; all others are `other`. */
export type Icmpv6Message =
  | RouterSolicitation
  | RouterAdvertisement
  | NeighborSolicitation
  | NeighborAdvertisement
  | Redirect
  | IcmpEcho
  | MldMessage
  /** `body` is what follows the checksum. */
  | { readonly kind: 'other'; readonly type: number; readonly code: number; readonly body: Uint8Array };

/** RFC 4861 §4.1. */
export interface RouterSolicitation {
  readonly kind: 'router-solicitation';
  readonly options: readonly NdOption[];
}

/** RFC 4861 §4.2, with the preference of RFC 4191 §2.2. */
export interface RouterAdvertisement {
  readonly kind: 'router-advertisement';
  readonly hopLimit: number;
  /** The M flag: addresses by DHCPv6. */
  readonly managed: boolean;
  /** The O flag: other configuration by DHCPv6. */
  readonly otherConfiguration: boolean;
  readonly preference: Preference;
  readonly routerLifetimeSeconds: number;
  readonly reachableTimeMilliseconds: number;
  readonly retransmitTimerMilliseconds: number;
  readonly options: readonly NdOption[];
}

/** RFC 4861 §4.3. */
export interface NeighborSolicitation {
  readonly kind: 'neighbor-solicitation';
  readonly target: Address;
  readonly options: readonly NdOption[];
}

/** RFC 4861 §4.4. */
export interface NeighborAdvertisement {
  readonly kind: 'neighbor-advertisement';
  readonly router: boolean;
  readonly solicited: boolean;
  readonly override: boolean;
  readonly target: Address;
  readonly options: readonly NdOption[];
}

/** RFC 4861 §4.5. */
export interface Redirect {
  readonly kind: 'redirect';
  readonly target: Address;
  readonly destination: Address;
  readonly options: readonly NdOption[];
}

/** RFC 4443 §4. */
export interface IcmpEcho {
  readonly kind: 'echo-request' | 'echo-reply';
  readonly identifier: number;
  readonly sequence: number;
  readonly data: Uint8Array;
}

/** The types of the messages that are read and written here (IANA "ICMPv6 Parameters"). */
export const icmpv6Types = {
  'echo-request': 128,
  'echo-reply': 129,
  'router-solicitation': 133,
  'router-advertisement': 134,
  'neighbor-solicitation': 135,
  'neighbor-advertisement': 136,
  redirect: 137,
} as const;

/** The message with its checksum, which covers the addresses that it travels between. */
export function encodeIcmpv6(message: Icmpv6Message, endpoints: Endpoints): Uint8Array {
  const { type, code, body } = encodeBody(message);
  const bytes = new Writer().u8(type).u8(code).u16(0).bytes(body).toBytes();
  new DataView(bytes.buffer).setUint16(2, upperLayerChecksum(endpoints, protocols.icmpv6, bytes));
  return bytes;
}

/** Refuses a wrong checksum; whether hop limit and addresses are legal for the message is for the caller. */
export function decodeIcmpv6(bytes: Uint8Array, endpoints: Endpoints): Decoded<Icmpv6Message> {
  if (bytes.length < 4) return truncated('icmpv6');
  if (upperLayerChecksum(endpoints, protocols.icmpv6, bytes) !== 0) return badChecksum('icmpv6');
  const [type = 0, code = 0] = bytes;
  return decodeBody(type, code, bytes.subarray(4));
}

interface RawMessage {
  readonly type: number;
  readonly code: number;
  readonly body: Uint8Array;
}

function encodeBody(message: Icmpv6Message): RawMessage {
  switch (message.kind) {
    case 'router-solicitation':
    case 'router-advertisement':
    case 'neighbor-solicitation':
    case 'neighbor-advertisement':
    case 'redirect':
      return { type: icmpv6Types[message.kind], code: 0, body: encodeDiscovery(message) };
    case 'echo-request':
    case 'echo-reply':
      return {
        type: icmpv6Types[message.kind],
        code: 0,
        body: new Writer().u16(message.identifier).u16(message.sequence).bytes(message.data).toBytes(),
      };
    case 'other':
      return message;
    default:
      return { code: 0, ...encodeMld(message) };
  }
}

type Discovery = RouterSolicitation | RouterAdvertisement | NeighborSolicitation | NeighborAdvertisement | Redirect;

function encodeDiscovery(message: Discovery): Uint8Array {
  const writer = new Writer();
  if (message.kind === 'router-advertisement') writeAdvertisement(writer, message);
  else writer.u32(message.kind === 'neighbor-advertisement' ? advertisementFlags(message) : 0);
  if ('target' in message) writer.address(message.target);
  if (message.kind === 'redirect') writer.address(message.destination);
  return writer.bytes(encodeNdOptions(message.options)).toBytes();
}

function writeAdvertisement(writer: Writer, ra: RouterAdvertisement): void {
  const flags = (ra.managed ? 0x80 : 0) | (ra.otherConfiguration ? 0x40 : 0) | (encodePreference(ra.preference) << 3);
  writer
    .u8(ra.hopLimit)
    .u8(flags)
    .u16(ra.routerLifetimeSeconds)
    .u32(ra.reachableTimeMilliseconds)
    .u32(ra.retransmitTimerMilliseconds);
}

function advertisementFlags({ router, solicited, override }: NeighborAdvertisement): number {
  return (router ? 0x80000000 : 0) + (solicited ? 0x40000000 : 0) + (override ? 0x20000000 : 0);
}

function decodeBody(type: number, code: number, body: Uint8Array): Decoded<Icmpv6Message> {
  if (isMldType(type)) {
    const message = decodeMld(type, body);
    return message ? ok(message) : truncated('mld');
  }
  if (type >= icmpv6Types['router-solicitation'] && type <= icmpv6Types.redirect) {
    return code === 0 ? decodeDiscovery(type, body) : malformed('nd code');
  }
  if (type !== icmpv6Types['echo-request'] && type !== icmpv6Types['echo-reply']) {
    return ok({ kind: 'other', type, code, body });
  }
  const reader = new Reader(body);
  const kind = type === icmpv6Types['echo-request'] ? 'echo-request' : 'echo-reply';
  const echo = { kind, identifier: reader.u16(), sequence: reader.u16(), data: reader.rest() } as const;
  return unlessTruncated(reader, 'icmpv6 echo', echo);
}

function decodeDiscovery(type: number, body: Uint8Array): Decoded<Icmpv6Message> {
  const reader = new Reader(body);
  const fixed = readFixedPart(type, reader);
  if (reader.truncated) return truncated(fixed.kind);
  const options = decodeNdOptions(reader.rest());
  return options.ok ? ok({ ...fixed, options: options.value }) : options;
}

type WithoutOptions<T> = T extends Discovery ? Omit<T, 'options'> : never;

function readFixedPart(type: number, reader: Reader): WithoutOptions<Discovery> {
  if (type === icmpv6Types['router-advertisement']) return readAdvertisement(reader);
  const flags = reader.u32();
  if (type === icmpv6Types['router-solicitation']) return { kind: 'router-solicitation' };
  const target = reader.ipv6();
  if (type === icmpv6Types['neighbor-solicitation']) return { kind: 'neighbor-solicitation', target };
  if (type === icmpv6Types.redirect) return { kind: 'redirect', target, destination: reader.ipv6() };
  const [router, solicited, override] = [flags >>> 31 === 1, (flags >>> 30) % 2 === 1, (flags >>> 29) % 2 === 1];
  return { kind: 'neighbor-advertisement', router, solicited, override, target };
}

function readAdvertisement(reader: Reader): Omit<RouterAdvertisement, 'options'> {
  const [hopLimit, flags] = [reader.u8(), reader.u8()];
  return {
    kind: 'router-advertisement',
    hopLimit,
    managed: (flags & 0x80) !== 0,
    otherConfiguration: (flags & 0x40) !== 0,
    preference: decodePreference((flags >> 3) & 3),
    routerLifetimeSeconds: reader.u16(),
    reachableTimeMilliseconds: reader.u32(),
    retransmitTimerMilliseconds: reader.u32(),
  };
}
