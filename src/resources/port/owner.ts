/** A port, as far as its `device_owner` tells its purpose. */
interface Owned {
  readonly deviceOwner: string;
}

/** The `device_owner` of a port that is a router's interface (neutron-lib constants DEVICE_OWNER_ROUTER_INTF). */
export const routerInterfaceOwner = 'network:router_interface';

/** Whether the port is a router's, so that it becomes a logical router port rather than a guest's. */
export function isRouterPort({ deviceOwner }: Owned): boolean {
  return deviceOwner === routerInterfaceOwner;
}

/** Whether the port serves the network, such as a router's or DHCP's, rather than a guest (neutron-lib utils/net.py). */
export function isTrusted({ deviceOwner }: Owned): boolean {
  return deviceOwner.startsWith('network:');
}

/** Owners of ports that go with their network, and whose addresses go with their subnet (neutron AUTO_DELETE_PORT_OWNERS). */
export const autoDeletedOwners: readonly string[] = [
  'network:dhcp',
  'network:distributed',
  'network:floatingip_agent_gateway',
];
