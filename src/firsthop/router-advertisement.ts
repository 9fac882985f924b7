import { type Address, equalAddress, type Mac, macBytes, parseAddress, prefixFamily } from '../ip/index.ts';
import { icmpv6Frame, multicastMac, type NdOption, type RouterAdvertisement } from '../packet/index.ts';
import { responder } from './bindings.ts';
import type { PortIntent, RouterPreference, SubnetIntent } from './intent.ts';
import { splitAdvertisement } from './split-advertisement.ts';

/** One router that the port's guest hears of, and what it says. */
export interface Advertisement {
  readonly source: { readonly linkLocal: Address; readonly mac: Mac };
  readonly message: RouterAdvertisement;
}

/** RFC 8106 §5.1: three times MaxRtrAdvInterval (600 s). */
const dnsLifetimeSeconds = 1800;

const allNodes = parseAddress('ff02::1');

/**
 * What the port's guest is told: one RA for each router that has an advertised subnet, and one from the first hop
 * itself, with a router lifetime of 0, for the advertised subnets that no router is on. DEVIATION(ADR-0006): with
 * Neutron, nobody advertises those.
 */
export function advertisements(intent: PortIntent): readonly Advertisement[] {
  const advertised = intent.subnets.filter(isAdvertised);
  const routed = new Set(intent.routers.flatMap((router) => router.subnetIds));
  const fromRouters = intent.routers.map(({ mac, linkLocal, subnetIds, routerLifetimeSeconds, preference }) => ({
    source: { linkLocal, mac },
    subnets: advertised.filter((subnet) => subnetIds.includes(subnet.id)),
    routerLifetimeSeconds,
    preference,
  }));
  const isolated: Source = {
    source: responder,
    subnets: advertised.filter((subnet) => !routed.has(subnet.id)),
    routerLifetimeSeconds: 0,
    preference: 'medium',
  };
  return [...fromRouters, isolated]
    .filter((source) => source.subnets.length > 0)
    .map((source) => ({ source: source.source, message: compose(source, intent.mtuBytes) }));
}

/**
 * The RAs as frames to ff02::1, each as many as it takes to fit the link. For a solicitation `destinationMac` is the
 * guest's, so that nobody else is woken (RFC 6085); unset, it is the group's.
 */
export function advertisementFrames(intent: PortIntent, destinationMac?: Mac): readonly Uint8Array[] {
  const frames = framesToGroup(intent);
  return destinationMac ? frames.map((frame) => addressTo(destinationMac, frame)) : frames;
}

function addressTo(mac: Mac, frame: Uint8Array): Uint8Array {
  const copy = new Uint8Array(frame);
  copy.set(macBytes(mac));
  return copy;
}

/** Frames that were made of the same routers and MTU, by the subnets. */
interface Made {
  readonly routers: PortIntent['routers'];
  readonly mtuBytes: number;
  readonly frames: readonly Uint8Array[];
}

/** Every guest of a network is told the same, and whenever it asks: the frames are made once. */
const made = new WeakMap<PortIntent['subnets'], Made>();

function framesToGroup(intent: PortIntent): readonly Uint8Array[] {
  const { subnets, routers, mtuBytes } = intent;
  const known = made.get(subnets);
  if (known?.routers === routers && known.mtuBytes === mtuBytes) return known.frames;
  const frames = advertisements(intent).flatMap((one) => framesOf(one, mtuBytes));
  made.set(subnets, { routers, mtuBytes, frames });
  return frames;
}

/** One advertisement as frames to ff02::1. */
export function framesOf({ source, message }: Advertisement, mtuBytes: number): readonly Uint8Array[] {
  const destination = allNodes;
  const destinationMac = destination && multicastMac(destination);
  if (!destination || !destinationMac) return [];
  const addresses = { source: source.linkLocal, destination, sourceMac: source.mac, destinationMac };
  return splitAdvertisement(message, mtuBytes).map((part) => icmpv6Frame(part, addresses));
}

interface Source {
  readonly source: Advertisement['source'];
  readonly subnets: readonly SubnetIntent[];
  readonly routerLifetimeSeconds: number;
  readonly preference: RouterPreference;
}

/** Whether guests hear of the subnet by our router advertisements. */
export function isAdvertised(subnet: SubnetIntent): boolean {
  return prefixFamily(subnet.prefix) === 6 && subnet.raMode !== undefined && subnet.dhcpEnabled;
}

function compose(
  { source, subnets, routerLifetimeSeconds, preference }: Source,
  mtuBytes: number,
): RouterAdvertisement {
  const modes = subnets.map((subnet) => subnet.raMode);
  return {
    kind: 'router-advertisement',
    hopLimit: 64,
    managed: modes.includes('dhcpv6-stateful'),
    otherConfiguration: modes.some((mode) => mode !== 'slaac'),
    preference: routerLifetimeSeconds === 0 ? 'medium' : preference, // RFC 4191 §2.2
    routerLifetimeSeconds,
    reachableTimeMilliseconds: 0,
    retransmitTimerMilliseconds: 0,
    options: [
      { kind: 'source-link-layer-address', mac: source.mac },
      { kind: 'mtu', mtuBytes },
      ...subnets.map(prefixInformation),
      ...dnsOptions(subnets),
    ],
  };
}

/** RFC 4862 §5.5.3 ignores a preferred lifetime that is longer than the valid one. */
function prefixInformation(subnet: SubnetIntent): NdOption {
  const { prefix, onLink, validLifetimeSeconds } = subnet;
  return {
    kind: 'prefix-information',
    prefix,
    onLink,
    autonomous: subnet.autonomous && subnet.raMode !== 'dhcpv6-stateful',
    validLifetimeSeconds,
    preferredLifetimeSeconds: Math.min(subnet.preferredLifetimeSeconds, validLifetimeSeconds),
  };
}

function dnsOptions(subnets: readonly SubnetIntent[]): readonly NdOption[] {
  const servers = uniqueAddresses(subnets.flatMap((subnet) => subnet.dnsServers)).filter(({ family }) => family === 6);
  const domains = [...new Set(subnets.flatMap((subnet) => subnet.searchDomains))];
  const options: NdOption[] = [];
  if (servers.length > 0) options.push({ kind: 'rdnss', lifetimeSeconds: dnsLifetimeSeconds, servers });
  if (domains.length > 0) options.push({ kind: 'dnssl', lifetimeSeconds: dnsLifetimeSeconds, domains });
  return options;
}

/** The addresses in their order, each once. */
export function uniqueAddresses(all: readonly Address[]): readonly Address[] {
  return all.filter((one, index) => all.findIndex((other) => equalAddress(one, other)) === index);
}
