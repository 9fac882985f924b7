import { invariant, isUuid, type Uuid } from '../../base/index.ts';
import {
  type Address,
  linkLocalFromMac,
  type Mac,
  type Prefix,
  parseAddress,
  parseMac,
  parsePrefix,
} from '../../ip/index.ts';
import {
  defaultLearnedAddressQuota,
  defaultLifetimes,
  defaultRouterLifetimeSeconds,
  type PortIntent,
  type RouterIntent,
  type SubnetIntent,
} from '../intent.ts';

/** Builders for tests: a whole value from what the test is about. */
export function aPortIntent(given: Partial<PortIntent> = {}): PortIntent {
  return {
    portId: aUuid(1),
    revision: 1,
    networkId: aUuid(100),
    mac: aMac('fa:16:3e:00:00:01'),
    mtuBytes: 1442,
    adminStateUp: true,
    portSecurityEnabled: true,
    routerTrusted: false,
    fixedAddresses: [],
    allowedAddressPairs: [],
    boundAddresses: [],
    learnedAddressQuota: defaultLearnedAddressQuota,
    subnets: [aSubnetIntent()],
    routers: [aRouterIntent()],
    openPorts: false,
    ...given,
  };
}

/** A SLAAC subnet, 2001:db8:0:1::/64, with a gateway, but for the given differences. */
export function aSubnetIntent(given: Partial<SubnetIntent> = {}): SubnetIntent {
  return {
    id: aUuid(200),
    prefix: aPrefix('2001:db8:0:1::/64'),
    gateway: anAddress('2001:db8:0:1::1'),
    raMode: 'slaac',
    addressMode: 'slaac',
    dhcpEnabled: true,
    dnsServers: [],
    searchDomains: [],
    hostRoutes: [],
    ...defaultLifetimes,
    autonomous: true,
    onLink: true,
    ...given,
  };
}

/** An IPv4 subnet: the modes of IPv6 are unset. */
export function anIpv4SubnetIntent(given: Partial<SubnetIntent> = {}): SubnetIntent {
  const { raMode: _raMode, addressMode: _addressMode, ...rest } = aSubnetIntent();
  return { ...rest, id: aUuid(204), prefix: aPrefix('192.0.2.0/24'), gateway: anAddress('192.0.2.1'), ...given };
}

/** A router on that subnet, but for the given differences. Its link-local address follows from its MAC. */
export function aRouterIntent(given: Partial<RouterIntent> = {}): RouterIntent {
  const mac = given.mac ?? aMac('fa:16:3e:00:00:fe');
  return {
    portId: aUuid(300),
    mac,
    linkLocal: linkLocalFromMac(mac),
    subnetIds: [aUuid(200)],
    routerLifetimeSeconds: defaultRouterLifetimeSeconds,
    preference: 'medium',
    ...given,
  };
}

/** A UUID that ends in a number, so that tests can name the same thing twice. */
export function aUuid(number: number): Uuid {
  const text = `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
  invariant(isUuid(text), `${text} is a UUID`);
  return text;
}

/** Parses an address that the test knows to be valid; throws otherwise. */
export function anAddress(text: string): Address {
  return given(parseAddress(text), text);
}

/** Parses a prefix that the test knows to be valid; throws otherwise. */
export function aPrefix(text: string): Prefix {
  return given(parsePrefix(text), text);
}

/** Parses a MAC that the test knows to be valid; throws otherwise. */
export function aMac(text: string): Mac {
  return given(parseMac(text), text);
}

function given<T>(value: T | undefined, text: string): T {
  invariant(value !== undefined, `${text} is well-formed`);
  return value;
}
