/**
 * The things that an outbox key may name. A key says "look at this again", never what changed:
 * - `network`: its logical switch;
 * - `subnet`: its DHCP and DNS rows (written also when the subnet is gone);
 * - `port`: its logical switch port (or router port), and the intent its host's agent serves;
 * - `router`: its logical router, router ports and routes.
 *
 * The keys that each change makes dirty:
 * - network change: the network, and all its ports (MTU and administrative state reach the guests);
 * - subnet change: the subnet, its network, all ports of that network (advertisements), routers with an interface there;
 * - port change: the port; when it is a router's (before or after): the router and all ports of the network besides;
 * - router change: the router, and all ports of every network it has an interface on.
 */
export type KeyKind = 'network' | 'subnet' | 'port' | 'router';

export interface Key {
  readonly kind: KeyKind;
  readonly id: string;
}
