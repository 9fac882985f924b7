import type { Address, Mac, Prefix } from '../../ip/index.ts';
import type { Standard } from '../../kit/index.ts';
import type { NetworkId, PortId, RouterId, SecurityGroupId, SubnetId } from '../ids.ts';

export interface FixedIp {
  readonly subnetId: SubnetId;
  readonly ipAddress: Address;
}

/** An address that a guest may use besides its fixed ones (neutron-lib api/definitions/allowedaddresspairs.py). */
export interface AllowedAddressPair {
  /** A single address is a prefix of full length. */
  readonly ipAddress: Prefix;
  readonly macAddress: Mac;
}

/** Where and how a port is plugged (neutron-lib api/definitions/portbindings.py). */
export interface Binding {
  /** The host's name; empty while the port is not bound. */
  readonly hostId: string;
  readonly vnicType: VnicType;
  readonly profile: Readonly<Record<string, unknown>>;
}

export type VnicType =
  | 'normal'
  | 'direct'
  | 'macvtap'
  | 'baremetal'
  | 'direct-physical'
  | 'virtio-forwarder'
  | 'smart-nic'
  | 'vdpa'
  | 'accelerator-direct'
  | 'accelerator-direct-physical'
  | 'remote-managed';

export interface Port extends Standard {
  readonly id: PortId;
  readonly networkId: NetworkId;
  readonly name: string;
  /** Unique on its network. */
  readonly macAddress: Mac;
  readonly adminStateUp: boolean;
  /** ACTIVE: OVN has it up and the agent has wired it. Written by the status loop, never by a client. */
  readonly status: 'ACTIVE' | 'DOWN' | 'BUILD' | 'ERROR';
  readonly deviceId: string;
  readonly deviceOwner: string;
  readonly fixedIps: readonly FixedIp[];
  readonly allowedAddressPairs: readonly AllowedAddressPair[];
  /** False: no anti-spoofing at the first hop. */
  readonly portSecurityEnabled: boolean;
  /** Empty: nothing passes to or from the port but what it needs to have addresses, unless its security is off. */
  readonly securityGroupIds: readonly SecurityGroupId[];
  readonly binding: Binding;
  readonly ipAllocation: 'immediate' | 'none';
}

export const routerInterfaceOwner = 'network:router_interface';

/** Whether the port is a router's, so that it becomes a logical router port rather than a guest's. */
export function isRouterPort(port: Pick<Port, 'deviceOwner'>): boolean {
  return port.deviceOwner === routerInterfaceOwner;
}

/** Whether the port serves the network, such as a router's or DHCP's, rather than a guest (neutron-lib utils/net.py). */
export function isTrusted({ deviceOwner }: Pick<Port, 'deviceOwner'>): boolean {
  return deviceOwner.startsWith('network:');
}

/**
 * One router port seen from its router. `portId` is the port's; several IPv6 subnets of one network share one port,
 * an IPv4 subnet has its own.
 */
export interface RouterInterface {
  readonly routerId: RouterId;
  readonly portId: PortId;
  readonly networkId: NetworkId;
  readonly macAddress: Mac;
  readonly fixedIps: readonly FixedIp[];
}

/** The router interface a port is, or undefined when it belongs to no router. */
export function asRouterInterface(port: Port): RouterInterface | undefined {
  if (!isRouterPort(port) || port.deviceId === '') return undefined;
  const { id, networkId, macAddress, fixedIps } = port;
  return { routerId: port.deviceId as RouterId, portId: id, networkId, macAddress, fixedIps };
}

/** IPv4 first, then by number: the order in which Neutron's clients are used to find them. */
export function sortFixedIps(fixedIps: readonly FixedIp[]): readonly FixedIp[] {
  return fixedIps.toSorted(
    ({ ipAddress: a }, { ipAddress: b }) => a.family - b.family || (a.value < b.value ? -1 : a.value > b.value ? 1 : 0),
  );
}
