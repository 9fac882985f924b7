import { err, ok, type Result } from '../../base/index.ts';
import { type Address, equalAddress, eui64, formatAddress, type Mac, prefixContains } from '../../ip/index.ts';
import { invalidInput, notFound, type Problem } from '../../kit/index.ts';
import type { NetworkId, SubnetId } from '../ids.ts';
import { isHostAddress, isRoutersAnycast } from '../subnet/pools.ts';
import { isAutoAddress, type Subnet, servesOwner } from '../subnet/subnet.ts';
import { type FixedIp, type FixedIpRequest, sortFixedIps } from './fixed-ip.ts';
import { isRouterPort, routerInterfaceOwner } from './owner.ts';
import {
  addressExhausted,
  addressInUse,
  addressOutsideNetwork,
  addressOutsideSubnet,
  autoAddressSubnet,
  noMatchingSubnet,
} from './refusals.ts';

/** The subnets and addresses that a port's addresses are chosen from. */
export interface AddressingWorld {
  /** Of the port's network, oldest first. */
  readonly subnets: readonly Subnet[];
  /** Subnets that the request names, that are on another network and that the caller sees. */
  readonly elsewhere: ReadonlySet<SubnetId>;
  /** Which of the addresses that the request names are allocated, as `allocationKey`s. */
  readonly taken: ReadonlySet<string>;
  /** Free addresses of each subnet that may have to give some, in the order to use them. Empty: exhausted. */
  readonly free: ReadonlyMap<SubnetId, readonly Address[]>;
}

/** The facts from which a port's addresses are chosen: the ones asked for, the ones it has, and its limits. */
export interface AddressingRequest {
  readonly networkId: NetworkId;
  readonly macAddress: Mac;
  readonly deviceOwner: string;
  /** Undefined: the client left the choice to us. */
  readonly requests: readonly FixedIpRequest[] | undefined;
  /** The port's present addresses: it may keep them, and may ask for them again. */
  readonly current: readonly FixedIp[];
  readonly maxFixedIps: number;
}

type Choice = Result<readonly FixedIp[], Problem>;

/** Owners that may have the address which all routers of a link answer; '' is not known yet (neutron ipam/utils.py). */
const maybeRouterOwners: ReadonlySet<string> = new Set([
  '',
  routerInterfaceOwner,
  'network:router_interface_distributed',
  'network:ha_router_replicated_interface',
  'network:router_centralized_snat',
  'network:router_gateway',
]);

/** Names an allocation, for sets of them. */
export function allocationKey(subnetId: SubnetId, address: Address): string {
  return `${subnetId} ${formatAddress(address)}`;
}

/**
 * Chooses a port's addresses. On subnets whose addresses follow from the MAC, every port but a router's has that address,
 * whatever else is asked for: the guest would configure it from the advertisement in any case (neutron
 * ipam_pluggable_backend `_allocate_ips_for_port`).
 */
export function chooseFixedIps(request: AddressingRequest, world: AddressingWorld): Choice {
  const chosen = request.requests ? chooseRequested(request, request.requests, world) : chooseFreely(request, world);
  if (!chosen.ok) return chosen;
  const derived = autoAddresses(request, world).filter((address) => !includes(chosen.value, address));
  const all = [...chosen.value, ...derived];
  if (all.length > request.maxFixedIps)
    return err(invalidInput(`Exceeded maximum amount of fixed ips per port: ${request.maxFixedIps}`));
  return ok(sortFixedIps(all));
}

/** One address of each family that has pools to choose from. */
function chooseFreely(request: AddressingRequest, world: AddressingWorld): Choice {
  const eligible = world.subnets.filter((subnet) => servesOwner(subnet, request.deviceOwner));
  if (world.subnets.length > 0 && eligible.length === 0)
    return err(noMatchingSubnet({ networkId: request.networkId, deviceOwner: request.deviceOwner }));
  const chosen: FixedIp[] = [];
  for (const ipVersion of [4, 6]) {
    const pooled = eligible.filter((subnet) => subnet.ipVersion === ipVersion && !isAutoAddress(subnet));
    if (pooled.length === 0) continue;
    const found = pooled.map((subnet) => draw(subnet, chosen, world)).find((drawn) => drawn !== undefined);
    if (!found) return err(addressExhausted({ networkId: request.networkId }));
    chosen.push(found);
  }
  return ok(chosen);
}

function chooseRequested(request: AddressingRequest, items: readonly FixedIpRequest[], world: AddressingWorld): Choice {
  const chosen: FixedIp[] = [];
  // Named addresses first, so that none of them is drawn for an item that leaves the choice to us.
  const order = [...items.filter((item) => item.ipAddress), ...items.filter((item) => !item.ipAddress)];
  for (const item of order) {
    const found = chooseOne(request, item, chosen, world);
    if (!found.ok) return found;
    if (found.value) chosen.push(found.value);
  }
  return ok(chosen);
}

function chooseOne(
  request: AddressingRequest,
  item: FixedIpRequest,
  chosen: readonly FixedIp[],
  world: AddressingWorld,
): Result<FixedIp | undefined, Problem> {
  const subnet = findSubnet(request, item, world);
  if (!subnet.ok) return subnet;
  const followsFromMac = isAutoAddress(subnet.value) && !isRouterPort(request);
  if (item.ipAddress) {
    const claimed = claim(request, item.ipAddress, subnet.value, world);
    if (!claimed.ok || !followsFromMac) return claimed;
    if (equalAddress(item.ipAddress, eui64(subnet.value.cidr, request.macAddress))) return claimed;
    // Clients send back what the port has, with what they add. It comes with the MAC, if it still follows from it.
    if (includes(request.current, claimed.value)) return ok(undefined);
    return err(autoAddressSubnet({ subnetId: subnet.value.id, ipAddress: formatAddress(item.ipAddress) }));
  }
  if (followsFromMac) return ok(undefined);
  const kept = request.current.find((own) => own.subnetId === subnet.value.id && !includes(chosen, own));
  const drawn = kept ?? draw(subnet.value, chosen, world);
  return drawn ? ok(drawn) : err(addressExhausted({ networkId: request.networkId }));
}

function findSubnet(
  { networkId }: AddressingRequest,
  { subnetId, ipAddress }: FixedIpRequest,
  world: AddressingWorld,
): Result<Subnet, Problem> {
  if (world.subnets.length === 0) return err(invalidInput('IP allocation requires subnets for network'));
  if (subnetId) {
    const subnet = world.subnets.find(({ id }) => id === subnetId);
    if (subnet) return ok(subnet);
    if (!world.elsewhere.has(subnetId)) return err(notFound({ resource: 'subnet', id: subnetId }));
    return err(invalidInput(`fixed_ips included invalid subnet ${subnetId} for network ${networkId}`));
  }
  if (!ipAddress) return err(invalidInput('IP allocation requires subnet_id or ip_address'));
  const subnet = world.subnets.find(({ cidr }) => prefixContains(cidr, ipAddress));
  return subnet ? ok(subnet) : err(addressOutsideNetwork({ ipAddress: formatAddress(ipAddress) }));
}

function claim(
  { current, deviceOwner }: AddressingRequest,
  ipAddress: Address,
  subnet: Subnet,
  world: AddressingWorld,
): Result<FixedIp, Problem> {
  const wanted = { subnetId: subnet.id, ipAddress };
  if (includes(current, wanted)) return ok(wanted);
  const isForRouters = isRoutersAnycast(subnet.cidr, ipAddress) && !maybeRouterOwners.has(deviceOwner);
  if (isForRouters || !isHostAddress(subnet.cidr, ipAddress))
    return err(addressOutsideSubnet({ ipAddress: formatAddress(ipAddress) }));
  if (world.taken.has(allocationKey(subnet.id, ipAddress)))
    return err(addressInUse({ subnetId: subnet.id, ipAddress: formatAddress(ipAddress) }));
  return ok(wanted);
}

function draw(subnet: Subnet, chosen: readonly FixedIp[], world: AddressingWorld): FixedIp | undefined {
  return (world.free.get(subnet.id) ?? [])
    .map((ipAddress) => ({ subnetId: subnet.id, ipAddress }))
    .find((candidate) => !includes(chosen, candidate));
}

function autoAddresses(request: AddressingRequest, world: AddressingWorld): readonly FixedIp[] {
  if (isRouterPort(request)) return [];
  return world.subnets
    .filter((subnet) => isAutoAddress(subnet) && servesOwner(subnet, request.deviceOwner))
    .map((subnet) => ({ subnetId: subnet.id, ipAddress: eui64(subnet.cidr, request.macAddress) }));
}

function includes(all: readonly FixedIp[], wanted: FixedIp): boolean {
  return all.some((fixed) => fixed.subnetId === wanted.subnetId && equalAddress(fixed.ipAddress, wanted.ipAddress));
}
