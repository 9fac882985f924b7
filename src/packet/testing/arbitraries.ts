import fc from 'fast-check';
import { invariant } from '../../base/index.ts';
import { type Address, addressFromBytes, type Mac, macFromBytes, type Prefix, prefixOf } from '../../ip/index.ts';
import type { Dhcpv4Message, Dhcpv4Option } from '../dhcpv4.ts';
import type { Dhcpv6Message } from '../dhcpv6.ts';
import type { Dhcpv6Option } from '../dhcpv6-options.ts';
import type { Icmpv6Message } from '../icmpv6.ts';
import type { ExtensionHeader } from '../ipv6.ts';
import type { NdOption } from '../nd-options.ts';

/** Arbitrary well-formed values of every codec, in the form that the decoder gives them. */

export const u8 = fc.nat(0xff);
/** Numbers of 16 bits. */
export const u16 = fc.nat(0xffff);
/** Numbers of 32 bits. */
export const u32 = fc.integer({ min: 0, max: 0xffffffff });
/** Octets, up to a number of them. */
export const octets = (maxLength: number) => fc.uint8Array({ maxLength });

/** IPv6 addresses of any kind. */
export const ipv6: fc.Arbitrary<Address> = exactly(16).map((bytes) => built(addressFromBytes(bytes)));
/** IPv4 addresses of any kind. */
export const ipv4: fc.Arbitrary<Address> = exactly(4).map((bytes) => built(addressFromBytes(bytes)));
/** MAC addresses of any kind. */
export const mac: fc.Arbitrary<Mac> = exactly(6).map((bytes) => built(macFromBytes(bytes)));
const ipv6Prefix: fc.Arbitrary<Prefix> = fc.tuple(ipv6, fc.nat(128)).map(([a, length]) => prefixOf(a, length));
const ipv4Prefix: fc.Arbitrary<Prefix> = fc.tuple(ipv4, fc.nat(32)).map(([a, length]) => prefixOf(a, length));
const domain = fc.array(fc.stringMatching(/^[a-z0-9-]{1,20}$/), { minLength: 1, maxLength: 4 }).map((l) => l.join('.'));
const preference = fc.constantFrom('high', 'medium', 'low');

const filled = (units: number) => exactly(units * 8 - 2);

/** Neighbor Discovery options of every kind. */
export const ndOption: fc.Arbitrary<NdOption> = fc.oneof(
  record('source-link-layer-address', { mac }),
  record('target-link-layer-address', { mac }),
  record('prefix-information', {
    prefix: ipv6Prefix,
    onLink: fc.boolean(),
    autonomous: fc.boolean(),
    validLifetimeSeconds: u32,
    preferredLifetimeSeconds: u32,
  }),
  record('redirected-header', { packet: fc.nat(8).chain((units) => exactly(units * 8)) }),
  record('mtu', { mtuBytes: u32 }),
  record('nonce', { nonce: filled(1) }),
  record('route-information', { prefix: ipv6Prefix, preference, lifetimeSeconds: u32 }),
  record('rdnss', { lifetimeSeconds: u32, servers: fc.array(ipv6, { minLength: 1, maxLength: 3 }) }),
  record('dnssl', { lifetimeSeconds: u32, domains: fc.array(domain, { maxLength: 3 }) }),
  record('other', { type: fc.integer({ min: 40, max: 255 }), body: fc.integer({ min: 1, max: 4 }).chain(filled) }),
);

const options = fc.array(ndOption, { maxLength: 5 });
const sources = fc.array(ipv6, { maxLength: 3 });

/** ICMPv6 messages of every kind. */
export const icmpv6Message: fc.Arbitrary<Icmpv6Message> = fc.oneof(
  record('router-solicitation', { options }),
  record('router-advertisement', {
    hopLimit: u8,
    managed: fc.boolean(),
    otherConfiguration: fc.boolean(),
    preference,
    routerLifetimeSeconds: u16,
    reachableTimeMilliseconds: u32,
    retransmitTimerMilliseconds: u32,
    options,
  }),
  record('neighbor-solicitation', { target: ipv6, options }),
  record('neighbor-advertisement', {
    router: fc.boolean(),
    solicited: fc.boolean(),
    override: fc.boolean(),
    target: ipv6,
    options,
  }),
  record('redirect', { target: ipv6, destination: ipv6, options }),
  record('echo-request', { identifier: u16, sequence: u16, data: octets(64) }),
  record('echo-reply', { identifier: u16, sequence: u16, data: octets(64) }),
  record('mld-query', { maximumResponseDelayMilliseconds: u16, group: ipv6 }),
  record('mldv2-query', {
    maximumResponseCode: u16,
    group: ipv6,
    suppressRouterProcessing: fc.boolean(),
    robustness: fc.nat(7),
    queryIntervalCode: u8,
    sources,
  }),
  record('mld-report', { group: ipv6 }),
  record('mld-done', { group: ipv6 }),
  record('mldv2-report', { records: fc.array(shape({ type: u8, group: ipv6, sources }), { maxLength: 3 }) }),
  record('other', { type: fc.integer({ min: 200, max: 255 }), code: u8, body: octets(40) }),
);

/** Extension headers of every kind; a fragment header is that of an atomic fragment or a first one. */
export const extensionHeader: fc.Arbitrary<ExtensionHeader> = fc.oneof(
  shape({
    kind: fc.constantFrom('hop-by-hop' as const, 'destination-options' as const, 'routing' as const),
    body: fc.integer({ min: 1, max: 3 }).chain(filled),
  }),
  record('fragment', { offsetBytes: fc.constant(0), moreFragments: fc.boolean(), identification: u32 }),
);

/** DHCPv6 options of every kind, nested twice at most. */
export const dhcpv6Option: fc.Arbitrary<Dhcpv6Option> = optionsOfDepth(2);

/** DHCPv6 messages between clients and servers. */
export const dhcpv6Message: fc.Arbitrary<Dhcpv6Message> = shape({
  type: fc.constantFrom('solicit', 'advertise', 'request', 'confirm', 'reply', 'decline', 'information-request'),
  transactionId: fc.nat(0xffffff),
  options: fc.array(dhcpv6Option, { maxLength: 5 }),
});

const dhcpv4Option: fc.Arbitrary<Dhcpv4Option> = fc.oneof(
  record('message-type', { type: fc.constantFrom('discover', 'offer', 'request', 'ack', 'nak', 'inform') }),
  record('requested-address', { address: ipv4 }),
  record('subnet-mask', { address: ipv4 }),
  record('routers', { addresses: fc.array(ipv4, { minLength: 1, maxLength: 3 }) }),
  record('lease-time', { seconds: u32 }),
  record('interface-mtu', { mtuBytes: u16 }),
  record('domain-name', { domain }),
  record('classless-routes', {
    routes: fc.array(shape({ destination: ipv4Prefix, nextHop: ipv4 }), { minLength: 1 }),
  }),
  record('parameter-request', { codes: fc.array(u8, { minLength: 1, maxLength: 20 }) }),
  record('other', { code: fc.integer({ min: 130, max: 250 }), body: octets(600) }),
);

/** DHCPv4 messages in both directions. */
export const dhcpv4Message: fc.Arbitrary<Dhcpv4Message> = shape({
  operation: fc.constantFrom('request', 'reply'),
  transactionId: u32,
  elapsedSeconds: u16,
  broadcast: fc.boolean(),
  clientAddress: ipv4,
  yourAddress: ipv4,
  serverAddress: ipv4,
  relayAddress: ipv4,
  clientMac: mac,
  options: fc.uniqueArray(dhcpv4Option, {
    maxLength: 6,
    selector: (option) => (option.kind === 'other' ? option.code : option.kind),
  }),
});

function optionsOfDepth(depth: number): fc.Arbitrary<Dhcpv6Option> {
  const lifetimes = { preferredLifetimeSeconds: u32, validLifetimeSeconds: u32 };
  const flat: fc.Arbitrary<Dhcpv6Option>[] = [
    record('client-id', { duid: fc.uint8Array({ minLength: 3, maxLength: 20 }) }),
    record('server-id', { duid: fc.uint8Array({ minLength: 3, maxLength: 20 }) }),
    record('option-request', { codes: fc.array(u16, { maxLength: 8 }) }),
    record('preference', { value: u8 }),
    record('elapsed-time', { hundredths: u16 }),
    record('status-code', { status: fc.constantFrom('success', 'not-on-link', 'no-binding'), message: domain }),
    fc.constant({ kind: 'rapid-commit' } as const),
    record('dns-servers', { servers: fc.array(ipv6, { maxLength: 3 }) }),
    record('domain-list', { domains: fc.array(domain, { maxLength: 3 }) }),
    record('sol-max-rt', { seconds: u32 }),
    record('other', { code: fc.integer({ min: 1000, max: 65535 }), body: octets(20) }),
  ];
  if (depth === 0) return fc.oneof(...flat);
  const inner = fc.array(optionsOfDepth(depth - 1), { maxLength: 3 });
  return fc.oneof(
    ...flat,
    record('ia-na', { iaid: u32, t1Seconds: u32, t2Seconds: u32, options: inner }),
    record('ia-pd', { iaid: u32, t1Seconds: u32, t2Seconds: u32, options: inner }),
    record('ia-ta', { iaid: u32, options: inner }),
    record('ia-address', { address: ipv6, ...lifetimes, options: inner }),
    record('ia-prefix', { prefix: ipv6Prefix, ...lifetimes, options: inner }),
  );
}

/** fast-check's record, with the plain prototype that decoded values have. */
export function shape<T extends object>(fields: { [P in keyof T]: fc.Arbitrary<T[P]> }): fc.Arbitrary<T> {
  return fc.record<T>(fields, { noNullPrototype: true });
}

function record<K extends string, T extends object>(
  kind: K,
  fields: { [P in keyof T]: fc.Arbitrary<T[P]> },
): fc.Arbitrary<{ readonly kind: K } & T> {
  return shape<T>(fields).map((value) => ({ kind, ...value }));
}

function exactly(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

function built<T>(value: T | undefined): T {
  invariant(value !== undefined, 'the bytes have the right length');
  return value;
}
