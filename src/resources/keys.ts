/**
 * The things that an outbox key may name. A key says "look at this again", never what changed:
 * - `network`: its logical switch, and the intents of all ports on it, which the hosts' feed finds by itself;
 * - `subnet`: its DHCP and DNS rows (written also when the subnet is gone);
 * - `port`: its logical switch port (or router port), and the intent its host's agent serves;
 * - `router`: its logical router, router ports and routes;
 * - `security-group`: its port group with an ACL for each rule. Who is a member is said by the ports;
 * - `security-group-addresses`: the addresses of a group's ports that OVN does not know by itself: learned ones, and those
 *   of allowed address pairs;
 * - `address-group`: its address sets.
 *
 * The keys that each change makes dirty:
 * - network change: the network; of its MTU: the routers with an interface there; of its administrative state: all its
 *   ports, as each has it in its logical switch port;
 * - subnet change: the subnet, its network, the ports that get or lose an address by it, routers with an interface there;
 * - port change: the port; when it is a router's (before or after): the router and the network besides;
 * - router change: the router; of its administrative state: the networks that it has an interface on;
 * - change of a security group or of its rules: the group; when a rule that names a remote group comes or goes: the
 *   remote group's addresses;
 * - a port that enters or leaves a security group, or gets or loses address pairs, and learned addresses that come or go:
 *   the addresses of the port's groups.
 *
 * A change that guests hear of names their network, and not each of their ports: a network may have thousands.
 */
export type KeyKind =
  | 'network'
  | 'subnet'
  | 'port'
  | 'router'
  | 'security-group'
  | 'security-group-addresses'
  | 'address-group';

export interface Key {
  readonly kind: KeyKind;
  readonly id: string;
}
