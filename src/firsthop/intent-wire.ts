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
  type Shape,
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
import {
  joinIntent,
  type NetworkIntent,
  type OwnIntent,
  type PortIntent,
  type RouterIntent,
  type SubnetIntent,
} from './intent.ts';

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

const networkWire = objectOf({
  networkId: uuid,
  revision: anInteger({ minimum: 0 }),
  mtuBytes: anInteger({ minimum: 68, maximum: 65535 }),
  adminStateUp: aBoolean,
  subnets: arrayOf(subnetWire),
  routers: arrayOf(routerWire),
  /** Absent: none. Controllers of the feed's version 2 and older have no such attribute; the same of bound addresses. */
  openPorts: optional(aBoolean),
});

const ownWire = objectOf({
  portId: uuid,
  revision: anInteger({ minimum: 0 }),
  networkId: uuid,
  mac,
  adminStateUp: aBoolean,
  portSecurityEnabled: aBoolean,
  routerTrusted: aBoolean,
  fixedAddresses: arrayOf(objectOf({ subnetId: uuid, address })),
  allowedAddressPairs: arrayOf(objectOf({ prefix, mac })),
  boundAddresses: optional(arrayOf(address)),
  learnedAddressQuota: anInteger({ minimum: 0, maximum: 65535 }),
});

type NetworkWire = Fitting<typeof networkWire>;
type OwnWire = Fitting<typeof ownWire>;
type SubnetWire = Fitting<typeof subnetWire>;
type RouterWire = Fitting<typeof routerWire>;

/**
 * A network's intent as JSON text without its revision: two that say the same have the same text. It is made once for each
 * value, however many hosts are told it.
 */
export const networkContent = remembered((intent: NetworkIntent): string => {
  const { revision: _revision, subnets, routers, openPorts, ...rest } = intent;
  const lists = { subnets: subnets.map(encodeSubnet), routers: routers.map(encodeRouter) };
  return JSON.stringify({ ...rest, ...lists, ...(openPorts && { openPorts }) });
});

/** The same of what a port has for itself. */
export function ownContent({ revision: _revision, ...own }: OwnIntent): string {
  return JSON.stringify(encodeOwn(own));
}

/** A port's and its network's intent as one text without a revision, as version 1 of the feed has it. */
export function wholeContent(own: OwnIntent, network: NetworkIntent): string {
  const { revision: _revision, subnets, routers, openPorts: _openPorts, ...rest } = joinIntent(own, network);
  return `${JSON.stringify(encodeOwn(rest)).slice(0, -1)},"subnets":${subnetsText(subnets)},"routers":${routersText(routers)}}`;
}

/** The text of an intent, with its revision, by its content. */
export function withRevision(content: string, revision: number): string {
  return `{"revision":${revision},${content.slice(1)}`;
}

const subnetsText = remembered((subnets: NetworkIntent['subnets']) => JSON.stringify(subnets.map(encodeSubnet)));
const routersText = remembered((routers: NetworkIntent['routers']) => JSON.stringify(routers.map(encodeRouter)));

/** By the identity of the value, for as long as somebody holds it. */
function remembered<Value extends object>(encode: (value: Value) => string): (value: Value) => string {
  const known = new WeakMap<Value, string>();
  return (value) => {
    const text = known.get(value) ?? encode(value);
    known.set(value, text);
    return text;
  };
}

type OwnLists = Pick<OwnIntent, 'fixedAddresses' | 'allowedAddressPairs' | 'boundAddresses'>;

function encodeOwn<Own extends OwnLists>({ boundAddresses, ...own }: Own) {
  return {
    ...own,
    fixedAddresses: own.fixedAddresses.map((fixed) => ({ ...fixed, address: formatAddress(fixed.address) })),
    allowedAddressPairs: own.allowedAddressPairs.map((pair) => ({ ...pair, prefix: formatPrefix(pair.prefix) })),
    ...(boundAddresses.length > 0 && { boundAddresses: boundAddresses.map(formatAddress) }),
  };
}

/** Parses what came from the feed or from the cache. Unknown attributes are passed over: a newer controller may add some. */
export function decodeNetworkIntent(json: unknown): Result<NetworkIntent, IntentProblem> {
  return decode(networkWire, json, networkOf);
}

/** The same of what a port has for itself. */
export function decodeOwnIntent(json: unknown): Result<OwnIntent, IntentProblem> {
  return decode(ownWire, json, ownOf);
}

/** The same of a port's and its network's intent as one, as agents of the feed's version 1 cached it. */
export function decodeWholeIntent(json: unknown): Result<PortIntent, IntentProblem> {
  const own = decodeOwnIntent(json);
  const network = decodeNetworkIntent(json);
  if (!own.ok) return own;
  return network.ok ? ok(joinIntent(own.value, network.value)) : network;
}

function decode<Wire, Intent>(
  shape: Shape<Wire>,
  json: unknown,
  intentOf: (wire: Wire) => Intent,
): Result<Intent, IntentProblem> {
  const wire = fit(shape, json);
  if (!wire.ok) return err({ kind: 'invalid-intent', ...wire.error });
  try {
    return ok(intentOf(wire.value));
  } catch (error) {
    if (error instanceof Malformed) return err({ kind: 'invalid-intent', at: error.at, expected: error.expected });
    throw error;
  }
}

/** Carries a bad leaf up through the decoders below to {@link decode}, and never further. */
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

function ownOf(wire: OwnWire): OwnIntent {
  return {
    portId: leaf(wire.portId, '/portId', asUuid),
    revision: wire.revision,
    networkId: leaf(wire.networkId, '/networkId', asUuid),
    mac: leaf(wire.mac, '/mac', asMac),
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
    boundAddresses: (wire.boundAddresses ?? []).map((bound, i) => leaf(bound, `/boundAddresses/${i}`, asAddress)),
    learnedAddressQuota: wire.learnedAddressQuota,
  };
}

function networkOf(wire: NetworkWire): NetworkIntent {
  return {
    networkId: leaf(wire.networkId, '/networkId', asUuid),
    revision: wire.revision,
    mtuBytes: wire.mtuBytes,
    adminStateUp: wire.adminStateUp,
    subnets: wire.subnets.map((subnet, i) => decodeSubnet(subnet, `/subnets/${i}`)),
    routers: wire.routers.map((router, i) => decodeRouter(router, `/routers/${i}`)),
    openPorts: wire.openPorts ?? false,
  };
}

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
