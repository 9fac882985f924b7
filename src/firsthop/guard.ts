import { prefixFamily } from '../ip/index.ts';
import { type FlowWriter, goto, type PortWiring } from './flow.ts';
import type { PortIntent } from './intent.ts';
import { tables } from './tables.ts';

/** Sent to the agent whole. */
const toAgent = 'CONTROLLER:65535';

/**
 * What no guest may send: RA-Guard (RFC 6105), DHCPv6-Shield (RFC 7610) and their evasions (RFC 7113). It holds for
 * ports without port security too; only a trusted router may advertise, redirect and query.
 */
export function guardGuest(writer: FlowWriter, intent: PortIntent): void {
  const drop = writer.dropFromGuest;
  // RA, Redirect, DHCPv6 and most of ND come from link-local sources, and none of them is ever that long (RFC 6980 §5).
  drop('fragmented-link-local', ['ipv6', 'ipv6_src=fe80::/10', 'ip_frag=yes']);
  for (let type = 133; type <= 137; type++) drop('fragmented-nd', ['icmp6', 'ip_frag=first', `icmp_type=${type}`]);
  dropIncompleteChains(writer);
  if (!intent.routerTrusted) {
    drop('rogue-ra', ['icmp6', 'icmp_type=134']);
    drop('rogue-redirect', ['icmp6', 'icmp_type=137']);
    drop('rogue-mld-query', ['icmp6', 'icmp_type=130']);
  }
  drop('rogue-dhcpv6-server', ['udp6', 'tp_dst=546']);
  drop('rogue-dhcpv4-server', ['udp', 'tp_dst=68']);
  // Open vSwitch reads behind one tag; behind a second one anything could hide.
  for (const tag of ['0x8100', '0x88a8']) drop('stacked-vlan-tags', [`dl_type=${tag}`]);
  writer.fromGuest(tables.guestGuard, 0, [], goto(tables.punt));
}

/**
 * What agents answer, and nobody else sees. Router Solicitations and DHCPv6 from whatever source: the answer goes back
 * to the port alone, so a lie harms the liar. The switch queues what it sends the agent for all ports together: a meter
 * keeps one guest from filling that queue.
 */
export function puntRequests(writer: FlowWriter, intent: PortIntent, { patchPort, meter }: PortWiring): void {
  const punt = meter === undefined ? toAgent : `meter:${meter},${toAgent}`;
  writer.fromGuest(tables.punt, 100, ['icmp6', 'icmp_type=133'], punt);
  writer.fromGuest(tables.punt, 100, ['udp6', 'ipv6_dst=ff02::1:2', 'tp_dst=547'], punt);
  if (servesDhcpv4(intent)) writer.fromGuest(tables.punt, 100, ['udp', 'tp_src=68', 'tp_dst=67'], punt);
  const next = intent.portSecurityEnabled ? goto(tables.neighborDiscovery) : `output:${patchPort}`;
  writer.fromGuest(tables.punt, 0, [], next);
}

/** Whether DHCPv4 is ours on this network. */
export function servesDhcpv4(intent: PortIntent): boolean {
  return intent.subnets.some((subnet) => prefixFamily(subnet.prefix) === 4 && subnet.dhcpEnabled);
}

/**
 * First fragments must hold the whole header chain (RFC 7112 §5). Open vSwitch shows a chain that it can't follow to
 * the end as protocol 0, and an upper-layer header that is cut short with its fields 0.
 */
function dropIncompleteChains(writer: FlowWriter): void {
  const chains = [
    ['ipv6', 'nw_proto=0'],
    ['icmp6', 'icmp_type=0'],
    ['udp6', 'ip_frag=first', 'tp_src=0', 'tp_dst=0'],
    ['tcp6', 'ip_frag=first', 'tp_src=0', 'tp_dst=0'],
  ];
  for (const match of chains) writer.dropFromGuest('incomplete-header-chain', match);
}
