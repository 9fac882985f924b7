import {
  aBoolean,
  anInteger,
  arrayOf,
  aString,
  err,
  type Fitting,
  fit,
  isUuid,
  objectOf,
  ok,
  oneOf,
  optional,
  type Result,
  type Uuid,
} from '../base/index.ts';
import {
  type Address,
  formatAddress,
  formatPrefix,
  type Mac,
  type Prefix,
  parseAddress,
  parseMac,
  parsePrefix,
} from '../ip/index.ts';
import { decodeOnce } from './decode-once.ts';
import type { PortIntent, RouterIntent, SubnetIntent } from './intent.ts';

/** Where in the message, and what stands there instead of what was expected. */
export interface IntentProblem {
  readonly kind: 'invalid-intent';
  /** A JSON pointer (RFC 6901). */
  readonly at: string;
  readonly expected: string;
}

const uuid = aString({ minLength: 36, maxLength: 36 });
const address = aString({ minLength: 2, maxLength: 45 });
const prefix = aString({ minLength: 4, maxLength: 49 });
const mac = aString({ minLength: 17, maxLength: 17 });
const lifetime = anInteger({ minimum: 0, maximum: 0xffffffff });
const mode = oneOf('slaac', 'dhcpv6-stateful', 'dhcpv6-stateless');

const subnetWire = objectOf({
  id: uuid,
  prefix,
  gateway: optional(address),
  raMode: optional(mode),
  addressMode: optional(mode),
  dhcpEnabled: aBoolean,
  dnsServers: arrayOf(address),
  searchDomains: arrayOf(aString({ minLength: 1, maxLength: 255 })),
  hostRoutes: arrayOf(objectOf({ destination: prefix, nextHop: address })),
  preferredLifetimeSeconds: lifetime,
  validLifetimeSeconds: lifetime,
  autonomous: aBoolean,
  onLink: aBoolean,
});

const routerWire = objectOf({
  portId: uuid,
  mac,
  linkLocal: address,
  subnetIds: arrayOf(uuid),
  routerLifetimeSeconds: anInteger({ minimum: 0, maximum: 65535 }),
  preference: oneOf('high', 'medium', 'low'),
});

/** The form of an intent in JSON: text for addresses, prefixes and MACs. */
export const portIntentWire = objectOf({
  portId: uuid,
  revision: anInteger({ minimum: 0 }),
  networkId: uuid,
  mac,
  mtuBytes: anInteger({ minimum: 68, maximum: 65535 }),
  adminStateUp: aBoolean,
  portSecurityEnabled: aBoolean,
  routerTrusted: aBoolean,
  fixedAddresses: arrayOf(objectOf({ subnetId: uuid, address })),
  allowedAddressPairs: arrayOf(objectOf({ prefix, mac })),
  learnedAddressQuota: anInteger({ minimum: 0, maximum: 65535 }),
  subnets: arrayOf(subnetWire),
  routers: arrayOf(routerWire),
});

export type PortIntentWire = Fitting<typeof portIntentWire>;
type SubnetWire = Fitting<typeof subnetWire>;
type RouterWire = Fitting<typeof routerWire>;

export function encodePortIntent(intent: PortIntent): PortIntentWire {
  const { subnets, routers, ...own } = intent;
  return { ...encodeOwn(own), subnets: subnets.map(encodeSubnet), routers: routers.map(encodeRouter) };
}

/**
 * An intent's JSON text without its revision: two intents that say the same have the same. Subnets and routers are encoded
 * once for all intents that hold the same list.
 */
export function intentContent({ subnets, routers, revision: _revision, ...own }: PortIntent): string {
  const text = JSON.stringify(encodeOwn(own));
  return `${text.slice(0, -1)},"subnets":${subnetsText(subnets)},"routers":${routersText(routers)}}`;
}

const subnetsText = rememberedText((subnets: PortIntent['subnets']) => subnets.map(encodeSubnet));
const routersText = rememberedText((routers: PortIntent['routers']) => routers.map(encodeRouter));

/** By the identity of the list, for as long as somebody holds it. */
function rememberedText<List extends readonly object[]>(encode: (list: List) => unknown): (list: List) => string {
  const known = new WeakMap<List, string>();
  return (list) => {
    const text = known.get(list) ?? JSON.stringify(encode(list));
    known.set(list, text);
    return text;
  };
}

function encodeOwn<Own extends Pick<PortIntent, 'fixedAddresses' | 'allowedAddressPairs'>>(own: Own) {
  return {
    ...own,
    fixedAddresses: own.fixedAddresses.map((fixed) => ({ ...fixed, address: formatAddress(fixed.address) })),
    allowedAddressPairs: own.allowedAddressPairs.map((pair) => ({ ...pair, prefix: formatPrefix(pair.prefix) })),
  };
}

/** Parses what came from the feed or from the cache. Unknown attributes are passed over: a newer controller may add some. */
export function decodePortIntent(json: unknown): Result<PortIntent, IntentProblem> {
  const wire = fit(portIntentWire, json);
  if (!wire.ok) return err({ kind: 'invalid-intent', ...wire.error });
  try {
    return ok(decodeChecked(wire.value));
  } catch (error) {
    if (error instanceof Malformed) return err({ kind: 'invalid-intent', at: error.at, expected: error.expected });
    throw error;
  }
}

/** Carries a bad leaf up through the decoders below to {@link decodePortIntent}, and never further. */
class Malformed extends Error {
  readonly at: string;
  readonly expected: string;
  constructor(at: string, expected: string) {
    super(`${at}: expected ${expected}`);
    this.at = at;
    this.expected = expected;
  }
}

function encodeSubnet(subnet: SubnetIntent): SubnetWire {
  const { gateway, ...rest } = subnet;
  return {
    ...rest,
    prefix: formatPrefix(subnet.prefix),
    ...(gateway && { gateway: formatAddress(gateway) }),
    dnsServers: subnet.dnsServers.map(formatAddress),
    searchDomains: [...subnet.searchDomains],
    hostRoutes: subnet.hostRoutes.map(({ destination, nextHop }) => ({
      destination: formatPrefix(destination),
      nextHop: formatAddress(nextHop),
    })),
  };
}

function encodeRouter(router: RouterIntent): RouterWire {
  return { ...router, linkLocal: formatAddress(router.linkLocal), subnetIds: [...router.subnetIds] };
}

function decodeChecked(wire: PortIntentWire): PortIntent {
  return {
    portId: leaf(wire.portId, '/portId', asUuid),
    revision: wire.revision,
    networkId: leaf(wire.networkId, '/networkId', asUuid),
    mac: leaf(wire.mac, '/mac', asMac),
    mtuBytes: wire.mtuBytes,
    adminStateUp: wire.adminStateUp,
    portSecurityEnabled: wire.portSecurityEnabled,
    routerTrusted: wire.routerTrusted,
    fixedAddresses: wire.fixedAddresses.map((fixed, i) => ({
      subnetId: leaf(fixed.subnetId, `/fixedAddresses/${i}/subnetId`, asUuid),
      address: leaf(fixed.address, `/fixedAddresses/${i}/address`, asAddress),
    })),
    allowedAddressPairs: wire.allowedAddressPairs.map((pair, i) => ({
      prefix: leaf(pair.prefix, `/allowedAddressPairs/${i}/prefix`, asPrefix),
      mac: leaf(pair.mac, `/allowedAddressPairs/${i}/mac`, asMac),
    })),
    learnedAddressQuota: wire.learnedAddressQuota,
    subnets: decodeSubnets(wire.subnets),
    routers: decodeRouters(wire.routers),
  };
}

const decodeSubnets = decodeOnce((wire: readonly SubnetWire[]): readonly SubnetIntent[] =>
  wire.map((subnet, i) => decodeSubnet(subnet, `/subnets/${i}`)),
);

const decodeRouters = decodeOnce((wire: readonly RouterWire[]): readonly RouterIntent[] =>
  wire.map((router, i) => decodeRouter(router, `/routers/${i}`)),
);

function decodeSubnet(wire: SubnetWire, at: string): SubnetIntent {
  return {
    id: leaf(wire.id, `${at}/id`, asUuid),
    prefix: leaf(wire.prefix, `${at}/prefix`, asPrefix),
    ...(wire.gateway !== undefined && { gateway: leaf(wire.gateway, `${at}/gateway`, asAddress) }),
    ...(wire.raMode !== undefined && { raMode: wire.raMode }),
    ...(wire.addressMode !== undefined && { addressMode: wire.addressMode }),
    dhcpEnabled: wire.dhcpEnabled,
    dnsServers: wire.dnsServers.map((server, i) => leaf(server, `${at}/dnsServers/${i}`, asAddress)),
    searchDomains: wire.searchDomains,
    hostRoutes: wire.hostRoutes.map((route, i) => ({
      destination: leaf(route.destination, `${at}/hostRoutes/${i}/destination`, asPrefix),
      nextHop: leaf(route.nextHop, `${at}/hostRoutes/${i}/nextHop`, asAddress),
    })),
    preferredLifetimeSeconds: wire.preferredLifetimeSeconds,
    validLifetimeSeconds: wire.validLifetimeSeconds,
    autonomous: wire.autonomous,
    onLink: wire.onLink,
  };
}

function decodeRouter(wire: RouterWire, at: string): RouterIntent {
  return {
    portId: leaf(wire.portId, `${at}/portId`, asUuid),
    mac: leaf(wire.mac, `${at}/mac`, asMac),
    linkLocal: leaf(wire.linkLocal, `${at}/linkLocal`, asAddress),
    subnetIds: wire.subnetIds.map((id, i) => leaf(id, `${at}/subnetIds/${i}`, asUuid)),
    routerLifetimeSeconds: wire.routerLifetimeSeconds,
    preference: wire.preference,
  };
}

interface LeafKind<T> {
  readonly expected: string;
  parse(text: string): T | undefined;
}

const asUuid: LeafKind<Uuid> = { expected: 'a UUID', parse: (text) => (isUuid(text) ? text : undefined) };
const asMac: LeafKind<Mac> = { expected: 'a MAC', parse: parseMac };
const asAddress: LeafKind<Address> = { expected: 'an address', parse: parseAddress };
const asPrefix: LeafKind<Prefix> = { expected: 'a prefix', parse: parsePrefix };

function leaf<T>(text: string, at: string, kind: LeafKind<T>): T {
  const parsed = kind.parse(text);
  if (parsed === undefined) throw new Malformed(at, kind.expected);
  return parsed;
}
