import { ok } from '../base/index.ts';
import { type Address, type Prefix, prefixOf } from '../ip/index.ts';
import { Reader, Writer } from './bytes.ts';
import { decodeDomainNames, encodeDomainName } from './domain-name.ts';
import { type Decoded, malformed, truncated } from './problem.ts';

/** RFC 8415 §21, RFC 3646 (DNS), RFC 8415 §21.22 (prefixes). Lifetimes in seconds, 0xffffffff is forever. */
export type Dhcpv6Option =
  | { readonly kind: 'client-id' | 'server-id'; readonly duid: Uint8Array }
  | IdentityAssociation
  | { readonly kind: 'ia-ta'; readonly iaid: number; readonly options: readonly Dhcpv6Option[] }
  | IaAddress
  | IaPrefix
  | { readonly kind: 'option-request'; readonly codes: readonly number[] }
  | { readonly kind: 'preference'; readonly value: number }
  | { readonly kind: 'elapsed-time'; readonly hundredths: number }
  | { readonly kind: 'status-code'; readonly status: Dhcpv6Status; readonly message: string }
  | { readonly kind: 'rapid-commit' }
  | { readonly kind: 'dns-servers'; readonly servers: readonly Address[] }
  | { readonly kind: 'domain-list'; readonly domains: readonly string[] }
  | { readonly kind: 'information-refresh-time' | 'sol-max-rt' | 'inf-max-rt'; readonly seconds: number }
  | { readonly kind: 'other'; readonly code: number; readonly body: Uint8Array };

/** IA_NA or IA_PD (RFC 8415 §21.4, §21.21). */
export interface IdentityAssociation {
  readonly kind: 'ia-na' | 'ia-pd';
  readonly iaid: number;
  readonly t1Seconds: number;
  readonly t2Seconds: number;
  readonly options: readonly Dhcpv6Option[];
}

/** RFC 8415 §21.6. */
export interface IaAddress {
  readonly kind: 'ia-address';
  readonly address: Address;
  readonly preferredLifetimeSeconds: number;
  readonly validLifetimeSeconds: number;
  readonly options: readonly Dhcpv6Option[];
}

/** RFC 8415 §21.22. */
export interface IaPrefix {
  readonly kind: 'ia-prefix';
  readonly prefix: Prefix;
  readonly preferredLifetimeSeconds: number;
  readonly validLifetimeSeconds: number;
  readonly options: readonly Dhcpv6Option[];
}

/** RFC 8415 §21.13, by number; one that we don't know is read as unspec-fail. */
const statuses = [
  'success',
  'unspec-fail',
  'no-addrs-avail',
  'no-binding',
  'not-on-link',
  'use-multicast',
  'no-prefix-avail',
] as const;

/** The status codes of RFC 8415 §21.13. */
export type Dhcpv6Status = (typeof statuses)[number];

/** The codes of the options that are read and written here (RFC 8415 §24 and the IANA registry). */
export const dhcpv6OptionCodes = {
  'client-id': 1,
  'server-id': 2,
  'ia-na': 3,
  'ia-ta': 4,
  'ia-address': 5,
  'option-request': 6,
  preference: 7,
  'elapsed-time': 8,
  'status-code': 13,
  'rapid-commit': 14,
  'dns-servers': 23,
  'domain-list': 24,
  'ia-pd': 25,
  'ia-prefix': 26,
  'information-refresh-time': 32,
  'sol-max-rt': 82,
  'inf-max-rt': 83,
} as const;

/** Legal nesting is IA > address > status; what lies deeper is left undecoded, so that depth costs no stack. */
const MAX_DEPTH = 3;

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder();

/** The octets of options, one after another (RFC 8415 §21.1). */
export function encodeDhcpv6Options(options: readonly Dhcpv6Option[]): Uint8Array {
  const writer = new Writer();
  for (const option of options) {
    const body = encodeBody(option);
    const code = option.kind === 'other' ? option.code : dhcpv6OptionCodes[option.kind];
    writer.u16(code).u16(body.length).bytes(body);
  }
  return writer.toBytes();
}

/** Reads options until the octets end. Options nested deeper than any client does stay unread, as `other`. */
export function decodeDhcpv6Options(bytes: Uint8Array, depth = 0): Decoded<readonly Dhcpv6Option[]> {
  const reader = new Reader(bytes);
  const options: Dhcpv6Option[] = [];
  while (reader.remaining > 0) {
    const [code, length] = [reader.u16(), reader.u16()];
    const body = reader.bytes(length);
    if (reader.truncated) return truncated('dhcpv6 option');
    const option = depth < MAX_DEPTH ? decodeOption(code, body, depth) : ok({ kind: 'other', code, body } as const);
    if (!option.ok) return option;
    options.push(option.value);
  }
  return ok(options);
}

function encodeBody(option: Dhcpv6Option): Uint8Array {
  const writer = new Writer();
  switch (option.kind) {
    case 'client-id':
    case 'server-id':
      return option.duid;
    case 'ia-na':
    case 'ia-pd':
      writer.u32(option.iaid).u32(option.t1Seconds).u32(option.t2Seconds);
      return writer.bytes(encodeDhcpv6Options(option.options)).toBytes();
    case 'ia-ta':
      return writer.u32(option.iaid).bytes(encodeDhcpv6Options(option.options)).toBytes();
    case 'ia-address':
      writer.address(option.address).u32(option.preferredLifetimeSeconds).u32(option.validLifetimeSeconds);
      return writer.bytes(encodeDhcpv6Options(option.options)).toBytes();
    case 'ia-prefix':
      writer.u32(option.preferredLifetimeSeconds).u32(option.validLifetimeSeconds);
      writer.u8(option.prefix.length).address(option.prefix.address);
      return writer.bytes(encodeDhcpv6Options(option.options)).toBytes();
    case 'status-code':
      return writer.u16(statuses.indexOf(option.status)).bytes(textEncoder.encode(option.message)).toBytes();
    default:
      return encodeSimple(option);
  }
}

type SimpleOption = Exclude<
  Dhcpv6Option,
  {
    kind: 'client-id' | 'server-id' | 'ia-na' | 'ia-pd' | 'ia-ta' | 'ia-address' | 'ia-prefix' | 'status-code';
  }
>;

function encodeSimple(option: SimpleOption): Uint8Array {
  const writer = new Writer();
  switch (option.kind) {
    case 'option-request':
      for (const code of option.codes) writer.u16(code);
      return writer.toBytes();
    case 'preference':
      return writer.u8(option.value).toBytes();
    case 'elapsed-time':
      return writer.u16(option.hundredths).toBytes();
    case 'rapid-commit':
      return writer.toBytes();
    case 'dns-servers':
      for (const server of option.servers) writer.address(server);
      return writer.toBytes();
    case 'domain-list':
      for (const domain of option.domains) writer.bytes(encodeDomainName(domain));
      return writer.toBytes();
    case 'information-refresh-time':
    case 'sol-max-rt':
    case 'inf-max-rt':
      return writer.u32(option.seconds).toBytes();
    case 'other':
      return option.body;
  }
}

type BodyDecoder = (reader: Reader, depth: number) => Decoded<Dhcpv6Option> | Dhcpv6Option | undefined;

const decoders: ReadonlyMap<number, BodyDecoder> = new Map<number, BodyDecoder>([
  [1, (reader) => decodeDuid('client-id', reader)],
  [2, (reader) => decodeDuid('server-id', reader)],
  [3, (reader, depth) => decodeAssociation('ia-na', reader, depth)],
  [4, decodeTemporary],
  [5, decodeIaAddress],
  [6, decodeOptionRequest],
  [7, (reader) => ({ kind: 'preference', value: reader.u8() })],
  [8, (reader) => ({ kind: 'elapsed-time', hundredths: reader.u16() })],
  [13, decodeStatus],
  [14, () => ({ kind: 'rapid-commit' })],
  [23, decodeDnsServers],
  [24, decodeDomainList],
  [25, (reader, depth) => decodeAssociation('ia-pd', reader, depth)],
  [26, decodeIaPrefix],
  [32, (reader) => ({ kind: 'information-refresh-time', seconds: reader.u32() })],
  [82, (reader) => ({ kind: 'sol-max-rt', seconds: reader.u32() })],
  [83, (reader) => ({ kind: 'inf-max-rt', seconds: reader.u32() })],
]);

function decodeOption(code: number, body: Uint8Array, depth: number): Decoded<Dhcpv6Option> {
  const decode = decoders.get(code);
  if (!decode) return ok({ kind: 'other', code, body });
  const reader = new Reader(body);
  const decoded = decode(reader, depth);
  if (reader.truncated) return truncated(`dhcpv6 option ${code}`);
  if (!decoded) return malformed(`dhcpv6 option ${code}`);
  return 'ok' in decoded ? decoded : ok(decoded);
}

/** RFC 8415 §11.1: a type of 2 octets and at most 128 more. */
function decodeDuid(kind: 'client-id' | 'server-id', reader: Reader): Dhcpv6Option | undefined {
  const duid = reader.rest();
  return duid.length >= 3 && duid.length <= 130 ? { kind, duid } : undefined;
}

function decodeAssociation(kind: 'ia-na' | 'ia-pd', reader: Reader, depth: number): Decoded<Dhcpv6Option> {
  const fixed = { kind, iaid: reader.u32(), t1Seconds: reader.u32(), t2Seconds: reader.u32() };
  return withOptions(fixed, reader, depth);
}

function decodeTemporary(reader: Reader, depth: number): Decoded<Dhcpv6Option> {
  return withOptions({ kind: 'ia-ta', iaid: reader.u32() } as const, reader, depth);
}

function decodeIaAddress(reader: Reader, depth: number): Decoded<Dhcpv6Option> {
  const address = reader.ipv6();
  const [preferredLifetimeSeconds, validLifetimeSeconds] = [reader.u32(), reader.u32()];
  return withOptions(
    { kind: 'ia-address', address, preferredLifetimeSeconds, validLifetimeSeconds } as const,
    reader,
    depth,
  );
}

function decodeIaPrefix(reader: Reader, depth: number): Decoded<Dhcpv6Option> | undefined {
  const [preferredLifetimeSeconds, validLifetimeSeconds, length] = [reader.u32(), reader.u32(), reader.u8()];
  const address = reader.ipv6();
  if (length > 128) return undefined;
  const fixed = { prefix: prefixOf(address, length), preferredLifetimeSeconds, validLifetimeSeconds };
  return withOptions({ kind: 'ia-prefix', ...fixed } as const, reader, depth);
}

function withOptions<T extends object>(
  fixed: T,
  reader: Reader,
  depth: number,
): Decoded<T & { readonly options: readonly Dhcpv6Option[] }> {
  const options = decodeDhcpv6Options(reader.rest(), depth + 1);
  return options.ok ? ok({ ...fixed, options: options.value }) : options;
}

function decodeOptionRequest(reader: Reader): Dhcpv6Option {
  const codes: number[] = [];
  while (reader.remaining > 0) codes.push(reader.u16());
  return { kind: 'option-request', codes };
}

function decodeStatus(reader: Reader): Dhcpv6Option {
  const status = statuses[reader.u16()] ?? 'unspec-fail';
  return { kind: 'status-code', status, message: textDecoder.decode(reader.rest()) };
}

function decodeDnsServers(reader: Reader): Dhcpv6Option {
  const servers: Address[] = [];
  while (reader.remaining > 0) servers.push(reader.ipv6());
  return { kind: 'dns-servers', servers };
}

function decodeDomainList(reader: Reader): Dhcpv6Option | undefined {
  const domains = decodeDomainNames(reader);
  return domains && { kind: 'domain-list', domains };
}
