import { ok } from '../base/index.ts';
import { type Address, type Mac, type Prefix, prefixOf } from '../ip/index.ts';
import { Reader, Writer } from './bytes.ts';
import { type Decoded, malformed, truncated } from './problem.ts';

/** RFC 2132 §9.6, numbered from 1. */
const messageTypes = ['discover', 'offer', 'request', 'decline', 'ack', 'nak', 'release', 'inform'] as const;

/** The values of option 53, in lower case (RFC 2132 §9.6). */
export type Dhcpv4MessageType = (typeof messageTypes)[number];

/** RFC 2131 §2, for Ethernet; `sname` and `file` are passed over. */
export interface Dhcpv4Message {
  readonly operation: 'request' | 'reply';
  readonly transactionId: number;
  readonly elapsedSeconds: number;
  /** The client can't take unicast before it has its address (RFC 2131 §4.1). */
  readonly broadcast: boolean;
  readonly clientAddress: Address;
  readonly yourAddress: Address;
  readonly serverAddress: Address;
  readonly relayAddress: Address;
  readonly clientMac: Mac;
  readonly options: readonly Dhcpv4Option[];
}

/** RFC 2132, RFC 3442 (classless routes), RFC 8925 (IPv6-only preferred). */
export type Dhcpv4Option =
  | { readonly kind: 'message-type'; readonly type: Dhcpv4MessageType }
  | {
      readonly kind: 'subnet-mask' | 'broadcast-address' | 'requested-address' | 'server-identifier';
      readonly address: Address;
    }
  | { readonly kind: 'routers' | 'dns-servers'; readonly addresses: readonly Address[] }
  | {
      readonly kind: 'lease-time' | 'renewal-time' | 'rebinding-time' | 'ipv6-only-preferred';
      readonly seconds: number;
    }
  | { readonly kind: 'interface-mtu'; readonly mtuBytes: number }
  | { readonly kind: 'domain-name'; readonly domain: string }
  | { readonly kind: 'classless-routes'; readonly routes: readonly Dhcpv4Route[] }
  | { readonly kind: 'parameter-request'; readonly codes: readonly number[] }
  | { readonly kind: 'other'; readonly code: number; readonly body: Uint8Array };

/** A classless static route (RFC 3442). */
export interface Dhcpv4Route {
  readonly destination: Prefix;
  readonly nextHop: Address;
}

/** RFC 2131 §4.1. */
export const dhcpv4Ports = { client: 68, server: 67 } as const;

/** The octets of a DHCPv4 message (RFC 2131 §2). */
export function encodeDhcpv4(message: Dhcpv4Message): Uint8Array {
  const writer = new Writer()
    .u8(message.operation === 'request' ? 1 : 2)
    .u8(ETHERNET)
    .u8(6)
    .u8(0)
    .u32(message.transactionId)
    .u16(message.elapsedSeconds)
    .u16(message.broadcast ? BROADCAST_FLAG : 0)
    .address(message.clientAddress)
    .address(message.yourAddress)
    .address(message.serverAddress)
    .address(message.relayAddress)
    .mac(message.clientMac)
    .zeros(10 + NAME_AND_FILE_BYTES)
    .u32(MAGIC_COOKIE);
  for (const option of message.options) writeOption(writer, option);
  return writer.u8(END).toBytes();
}

/** Reads a DHCPv4 message. Plain BOOTP without options is malformed, and so is other hardware than Ethernet. */
export function decodeDhcpv4(bytes: Uint8Array): Decoded<Dhcpv4Message> {
  const reader = new Reader(bytes);
  const [operation, hardware, hardwareLength] = [reader.u8(), reader.u8(), reader.u8()];
  reader.u8();
  const fixed = {
    operation: operation === 1 ? 'request' : 'reply',
    transactionId: reader.u32(),
    elapsedSeconds: reader.u16(),
    broadcast: (reader.u16() & BROADCAST_FLAG) !== 0,
    clientAddress: reader.ipv4(),
    yourAddress: reader.ipv4(),
    serverAddress: reader.ipv4(),
    relayAddress: reader.ipv4(),
    clientMac: reader.mac(),
  } as const;
  reader.bytes(10 + NAME_AND_FILE_BYTES);
  const cookie = reader.u32();
  if (reader.truncated) return truncated('dhcpv4');
  if (operation < 1 || operation > 2 || hardware !== ETHERNET || hardwareLength !== 6) return malformed('dhcpv4');
  if (cookie !== MAGIC_COOKIE) return malformed('dhcpv4 cookie');
  const options = decodeOptions(reader);
  return options.ok ? ok({ ...fixed, options: options.value }) : options;
}

const ETHERNET = 1;
const BROADCAST_FLAG = 0x8000;
const NAME_AND_FILE_BYTES = 64 + 128;
const MAGIC_COOKIE = 0x63825363;
const PAD = 0;
const END = 255;

/** The codes of the options that are read and written here (RFC 2132 and its successors). */
export const dhcpv4OptionCodes = {
  'subnet-mask': 1,
  routers: 3,
  'dns-servers': 6,
  'domain-name': 15,
  'interface-mtu': 26,
  'broadcast-address': 28,
  'requested-address': 50,
  'lease-time': 51,
  'message-type': 53,
  'server-identifier': 54,
  'parameter-request': 55,
  'renewal-time': 58,
  'rebinding-time': 59,
  'ipv6-only-preferred': 108,
  'classless-routes': 121,
} as const;

const kinds = new Map(Object.entries(dhcpv4OptionCodes).map(([kind, code]) => [code, kind])) as ReadonlyMap<
  number,
  keyof typeof dhcpv4OptionCodes
>;

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder();

/** A body longer than 255 octets goes out in several options of one code (RFC 3396 §5). */
function writeOption(writer: Writer, option: Dhcpv4Option): void {
  const code = option.kind === 'other' ? option.code : dhcpv4OptionCodes[option.kind];
  const body = encodeBody(option);
  for (let at = 0; at === 0 || at < body.length; at += 255) {
    const part = body.subarray(at, at + 255);
    writer.u8(code).u8(part.length).bytes(part);
  }
}

function encodeBody(option: Dhcpv4Option): Uint8Array {
  const writer = new Writer();
  switch (option.kind) {
    case 'message-type':
      return writer.u8(messageTypes.indexOf(option.type) + 1).toBytes();
    case 'subnet-mask':
    case 'broadcast-address':
    case 'requested-address':
    case 'server-identifier':
      return writer.address(option.address).toBytes();
    case 'routers':
    case 'dns-servers':
      for (const address of option.addresses) writer.address(address);
      return writer.toBytes();
    case 'lease-time':
    case 'renewal-time':
    case 'rebinding-time':
    case 'ipv6-only-preferred':
      return writer.u32(option.seconds).toBytes();
    case 'interface-mtu':
      return writer.u16(option.mtuBytes).toBytes();
    case 'domain-name':
      return textEncoder.encode(option.domain);
    case 'classless-routes':
      for (const route of option.routes) writeRoute(writer, route);
      return writer.toBytes();
    case 'parameter-request':
      return Uint8Array.from(option.codes);
    case 'other':
      return option.body;
  }
}

/** RFC 3442: the width, then only the octets of the destination that it covers, then the router. */
function writeRoute(writer: Writer, { destination, nextHop }: Dhcpv4Route): void {
  const octets = new Writer()
    .address(destination.address)
    .toBytes()
    .subarray(0, Math.ceil(destination.length / 8));
  writer.u8(destination.length).bytes(octets).address(nextHop);
}

function decodeOptions(reader: Reader): Decoded<readonly Dhcpv4Option[]> {
  const bodies = new Map<number, Uint8Array>();
  while (reader.remaining > 0) {
    const code = reader.u8();
    if (code === END) break;
    if (code === PAD) continue;
    const part = reader.bytes(reader.u8());
    bodies.set(
      code,
      new Writer()
        .bytes(bodies.get(code) ?? new Uint8Array(0))
        .bytes(part)
        .toBytes(),
    );
  }
  if (reader.truncated) return truncated('dhcpv4 option');
  const options: Dhcpv4Option[] = [];
  for (const [code, body] of bodies) {
    const option = decodeOption(code, body);
    if (!option) return malformed(`dhcpv4 option ${code}`);
    options.push(option);
  }
  return ok(options);
}

function decodeOption(code: number, body: Uint8Array): Dhcpv4Option | undefined {
  const kind = kinds.get(code);
  if (!kind) return { kind: 'other', code, body };
  const reader = new Reader(body);
  const option = readOption(kind, reader);
  return reader.truncated ? undefined : option;
}

function readOption(kind: keyof typeof dhcpv4OptionCodes, reader: Reader): Dhcpv4Option | undefined {
  switch (kind) {
    case 'message-type': {
      const type = messageTypes[reader.u8() - 1];
      return type && { kind, type };
    }
    case 'subnet-mask':
    case 'broadcast-address':
    case 'requested-address':
    case 'server-identifier':
      return { kind, address: reader.ipv4() };
    case 'routers':
    case 'dns-servers': {
      const addresses: Address[] = [];
      while (reader.remaining > 0) addresses.push(reader.ipv4());
      return { kind, addresses };
    }
    case 'lease-time':
    case 'renewal-time':
    case 'rebinding-time':
    case 'ipv6-only-preferred':
      return { kind, seconds: reader.u32() };
    case 'interface-mtu':
      return { kind, mtuBytes: reader.u16() };
    case 'domain-name':
      return { kind, domain: textDecoder.decode(reader.rest()) };
    case 'classless-routes':
      return readRoutes(reader);
    case 'parameter-request':
      return { kind, codes: [...reader.rest()] };
  }
}

function readRoutes(reader: Reader): Dhcpv4Option | undefined {
  const routes: Dhcpv4Route[] = [];
  while (reader.remaining > 0) {
    const length = reader.u8();
    if (length > 32) return undefined;
    const octets = reader.bytes(Math.ceil(length / 8));
    const network = new Reader(
      new Writer()
        .bytes(octets)
        .zeros(4 - octets.length)
        .toBytes(),
    ).ipv4();
    routes.push({ destination: prefixOf(network, length), nextHop: reader.ipv4() });
  }
  return { kind: 'classless-routes', routes };
}
