import { prefixFamily } from '../ip/index.ts';
import { type FlowWriter, goto, toNetwork } from './flow.ts';
import type { PortIntent } from './intent.ts';
import { has, lacks } from './registers.ts';
import { tables } from './tables.ts';

/** A tag, VLAN 0 too, would hide from us what a guest without VLANs still accepts. Own MACs are the ports' flows. */
export function guardMacs(writer: FlowWriter): void {
  writer.drop(tables.guestMac, 100, 'vlan-tagged', [has('secured'), 'vlan_tci=0x1000/0x1000']);
  writer.write(tables.guestMac, 10, [lacks('secured')], goto(tables.guestGuard));
  writer.drop(tables.guestMac, 0, 'wrong-source-mac');
}

/**
 * What no guest may send: RA-Guard (RFC 6105), DHCPv6-Shield (RFC 7610) and their evasions (RFC 7113). It holds for
 * ports without port security too; only a trusted router may advertise, redirect and query.
 */
export function guardGuest(writer: FlowWriter): void {
  const table = tables.guestGuard;
  // RA, Redirect, DHCPv6 and most of ND come from link-local sources, and none of them is ever that long (RFC 6980 §5).
  writer.drop(table, 220, 'fragmented-link-local', ['ipv6', 'ipv6_src=fe80::/10', 'ip_frag=yes']);
  for (let type = 133; type <= 137; type++) {
    writer.drop(table, 210, 'fragmented-nd', ['icmp6', 'ip_frag=first', `icmp_type=${type}`]);
  }
  dropIncompleteChains(writer);
  const untrusted = lacks('routerTrusted');
  writer.drop(table, 105, 'rogue-ra', [untrusted, 'icmp6', 'icmp_type=134']);
  writer.drop(table, 104, 'rogue-redirect', [untrusted, 'icmp6', 'icmp_type=137']);
  writer.drop(table, 103, 'rogue-mld-query', [untrusted, 'icmp6', 'icmp_type=130']);
  writer.drop(table, 102, 'rogue-dhcpv6-server', ['udp6', 'tp_dst=546']);
  writer.drop(table, 101, 'rogue-dhcpv4-server', ['udp', 'tp_dst=68']);
  // Open vSwitch reads behind one tag; behind a second one anything could hide.
  for (const tag of ['0x8100', '0x88a8']) writer.drop(table, 190, 'stacked-vlan-tags', [`dl_type=${tag}`]);
  writer.write(table, 0, [], goto(tables.punt));
}

/**
 * What agents answer, and nobody else sees. Router Solicitations and DHCPv6 from whatever source: the answer goes back
 * to the port alone, so a lie harms the liar. Where DHCPv6 is sent to has a table of its own, so that the destinations
 * of all other packets stay out of the datapath's matches.
 */
export function puntRequests(writer: FlowWriter): void {
  const [ask, guarded] = [goto(tables.ask), goto(tables.security)];
  writer.write(tables.punt, 100, ['icmp6', 'icmp_type=133'], ask);
  writer.write(tables.punt, 100, ['udp6', 'tp_dst=547'], goto(tables.dhcpv6Request));
  writer.write(tables.punt, 100, [has('servesDhcpv4'), 'udp', 'tp_src=68', 'tp_dst=67'], ask);
  writer.write(tables.punt, 0, [], guarded);
  writer.write(tables.dhcpv6Request, 10, ['ipv6', 'ipv6_dst=ff02::1:2'], ask);
  writer.write(tables.dhcpv6Request, 0, [], guarded);
  writer.write(tables.security, 10, [lacks('secured')], toNetwork);
  writer.write(tables.security, 0, [], goto(tables.neighborDiscovery));
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
  for (const match of chains) writer.drop(tables.guestGuard, 200, 'incomplete-header-chain', match);
}
