import { ok } from '../base/index.ts';
import { type Address, type Mac, type Prefix, prefixOf } from '../ip/index.ts';
import { Reader, Writer } from './bytes.ts';
import { decodeDomainNames, encodeDomainName } from './domain-name.ts';
import { type Decoded, malformed, truncated } from './problem.ts';

/** How routers are ranked (RFC 4191 §2.1). */
export type Preference = 'high' | 'medium' | 'low';

/** Options of ND (RFC 4861 §4.6, RFC 4191 §2.3, RFC 8106 §5); lifetimes in seconds, 0xffffffff is forever. */
export type NdOption =
  | { readonly kind: 'source-link-layer-address'; readonly mac: Mac }
  | { readonly kind: 'target-link-layer-address'; readonly mac: Mac }
  | PrefixInformation
  | { readonly kind: 'redirected-header'; readonly packet: Uint8Array }
  | { readonly kind: 'mtu'; readonly mtuBytes: number }
  | { readonly kind: 'nonce'; readonly nonce: Uint8Array }
  | RouteInformation
  | { readonly kind: 'rdnss'; readonly lifetimeSeconds: number; readonly servers: readonly Address[] }
  | { readonly kind: 'dnssl'; readonly lifetimeSeconds: number; readonly domains: readonly string[] }
  /** `body` is what follows type and length; written out padded to a multiple of 8. */
  | { readonly kind: 'other'; readonly type: number; readonly body: Uint8Array };

/** A prefix of the link, and whether hosts form addresses of it (RFC 4861 §4.6.2). */
export interface PrefixInformation {
  readonly kind: 'prefix-information';
  readonly prefix: Prefix;
  readonly onLink: boolean;
  readonly autonomous: boolean;
  readonly validLifetimeSeconds: number;
  readonly preferredLifetimeSeconds: number;
}

/** A route through the advertising router (RFC 4191 §2.3). */
export interface RouteInformation {
  readonly kind: 'route-information';
  readonly prefix: Prefix;
  readonly preference: Preference;
  readonly lifetimeSeconds: number;
}

/** The octets of options, each padded to a multiple of 8 (RFC 4861 §4.6). */
export function encodeNdOptions(options: readonly NdOption[]): Uint8Array {
  const writer = new Writer();
  for (const option of options) writer.bytes(encodeOption(option));
  return writer.toBytes();
}

/** A length of 0 condemns the whole message (RFC 4861 §4.6). */
export function decodeNdOptions(bytes: Uint8Array): Decoded<readonly NdOption[]> {
  const reader = new Reader(bytes);
  const options: NdOption[] = [];
  while (reader.remaining > 0) {
    const [type, units] = [reader.u8(), reader.u8()];
    if (units === 0 && !reader.truncated) return malformed('nd option length');
    const body = reader.bytes(units * 8 - 2);
    if (reader.truncated) return truncated('nd option');
    const option = decodeOption(type, body);
    if (!option) return malformed(`nd option ${type}`);
    options.push(option);
  }
  return ok(options);
}

/** RFC 4191 §2.1: the reserved value counts as medium. */
export function decodePreference(bits: number): Preference {
  return bits === 1 ? 'high' : bits === 3 ? 'low' : 'medium';
}

/** The two bits of a router preference (RFC 4191 §2.1). */
export function encodePreference(preference: Preference): number {
  return { medium: 0, high: 1, low: 3 }[preference];
}

const types = {
  'source-link-layer-address': 1,
  'target-link-layer-address': 2,
  'prefix-information': 3,
  'redirected-header': 4,
  mtu: 5,
  nonce: 14,
  'route-information': 24,
  rdnss: 25,
  dnssl: 31,
} as const;

function encodeOption(option: NdOption): Uint8Array {
  const body = encodeBody(option);
  const units = Math.ceil((body.length + 2) / 8);
  const type = option.kind === 'other' ? option.type : types[option.kind];
  return new Writer()
    .u8(type)
    .u8(units)
    .bytes(body)
    .zeros(units * 8 - 2 - body.length)
    .toBytes();
}

function encodeBody(option: NdOption): Uint8Array {
  const writer = new Writer();
  switch (option.kind) {
    case 'source-link-layer-address':
    case 'target-link-layer-address':
      return writer.mac(option.mac).toBytes();
    case 'prefix-information':
      return encodePrefixInformation(option);
    case 'redirected-header':
      return writer.zeros(6).bytes(option.packet).toBytes();
    case 'mtu':
      return writer.u16(0).u32(option.mtuBytes).toBytes();
    case 'nonce':
      return option.nonce;
    case 'route-information':
      return encodeRouteInformation(option);
    case 'rdnss':
      writer.u16(0).u32(option.lifetimeSeconds);
      for (const server of option.servers) writer.address(server);
      return writer.toBytes();
    case 'dnssl':
      writer.u16(0).u32(option.lifetimeSeconds);
      for (const domain of option.domains) writer.bytes(encodeDomainName(domain));
      return writer.toBytes();
    case 'other':
      return option.body;
  }
}

function encodePrefixInformation(option: PrefixInformation): Uint8Array {
  return new Writer()
    .u8(option.prefix.length)
    .u8((option.onLink ? 0x80 : 0) | (option.autonomous ? 0x40 : 0))
    .u32(option.validLifetimeSeconds)
    .u32(option.preferredLifetimeSeconds)
    .u32(0)
    .address(option.prefix.address)
    .toBytes();
}

/** RFC 4191 §2.3: only as many octets of the prefix as its length needs, in steps of 8. */
function encodeRouteInformation({ prefix, preference, lifetimeSeconds }: RouteInformation): Uint8Array {
  const octets = prefix.length === 0 ? 0 : prefix.length <= 64 ? 8 : 16;
  const address = new Writer().address(prefix.address).toBytes().subarray(0, octets);
  return new Writer()
    .u8(prefix.length)
    .u8(encodePreference(preference) << 3)
    .u32(lifetimeSeconds)
    .bytes(address)
    .toBytes();
}

/** Undefined for a body that the option's own rules refuse. */
function decodeOption(type: number, body: Uint8Array): NdOption | undefined {
  const reader = new Reader(body);
  switch (type) {
    case types['source-link-layer-address']:
      return body.length === 6 ? { kind: 'source-link-layer-address', mac: reader.mac() } : undefined;
    case types['target-link-layer-address']:
      return body.length === 6 ? { kind: 'target-link-layer-address', mac: reader.mac() } : undefined;
    case types['prefix-information']:
      return body.length === 30 ? decodePrefixInformation(reader) : undefined;
    case types['redirected-header']:
      return { kind: 'redirected-header', packet: body.subarray(6) };
    case types.mtu:
      reader.u16();
      return body.length === 6 ? { kind: 'mtu', mtuBytes: reader.u32() } : undefined;
    case types.nonce:
      return { kind: 'nonce', nonce: body };
    case types['route-information']:
      return decodeRouteInformation(body);
    case types.rdnss:
      return decodeRdnss(body);
    case types.dnssl:
      return decodeDnssl(reader);
    default:
      return { kind: 'other', type, body };
  }
}

function decodePrefixInformation(reader: Reader): PrefixInformation | undefined {
  const [length, flags] = [reader.u8(), reader.u8()];
  const [validLifetimeSeconds, preferredLifetimeSeconds] = [reader.u32(), reader.u32()];
  reader.u32();
  const address = reader.ipv6();
  if (length > 128) return undefined;
  return {
    kind: 'prefix-information',
    prefix: prefixOf(address, length),
    onLink: (flags & 0x80) !== 0,
    autonomous: (flags & 0x40) !== 0,
    validLifetimeSeconds,
    preferredLifetimeSeconds,
  };
}

function decodeRouteInformation(body: Uint8Array): RouteInformation | undefined {
  const reader = new Reader(body);
  const [length, flags, lifetimeSeconds] = [reader.u8(), reader.u8(), reader.u32()];
  const octets = reader.rest();
  if (length > 128 || octets.length > 16 || octets.length * 8 < length) return undefined;
  const address = new Reader(
    new Writer()
      .bytes(octets)
      .zeros(16 - octets.length)
      .toBytes(),
  ).ipv6();
  const preference = decodePreference((flags >> 3) & 3);
  return { kind: 'route-information', prefix: prefixOf(address, length), preference, lifetimeSeconds };
}

function decodeRdnss(body: Uint8Array): NdOption | undefined {
  if (body.length < 22 || (body.length - 6) % 16 !== 0) return undefined;
  const reader = new Reader(body);
  reader.u16();
  const lifetimeSeconds = reader.u32();
  const servers: Address[] = [];
  while (reader.remaining > 0) servers.push(reader.ipv6());
  return { kind: 'rdnss', lifetimeSeconds, servers };
}

function decodeDnssl(reader: Reader): NdOption | undefined {
  reader.u16();
  const lifetimeSeconds = reader.u32();
  const domains = decodeDomainNames(reader);
  return domains && { kind: 'dnssl', lifetimeSeconds, domains };
}
