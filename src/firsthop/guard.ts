import { formatAddress } from '../ip/index.ts';
import { responder } from './bindings.ts';
import { server as dhcpv4Server, servesDhcpv4 } from './dhcpv4-server.ts';
import { servesDhcpv6 } from './dhcpv6-server.ts';
import type { DropReason } from './drop-reason.ts';
import { type FlowWriter, goto, toNetwork } from './flow.ts';
import type { PortIntent } from './intent.ts';
import { has, lacks, type Trait } from './registers.ts';
import { isAdvertised } from './router-advertisement.ts';
import { tables } from './tables.ts';

/** A tag, VLAN 0 too, would hide from us what a guest without VLANs still accepts. Own MACs are the ports' flows. */
export function guardMacs(writer: FlowWriter): void {
  writer.drop(tables.guestMac, 100, 'vlan-tagged', [has('secured'), 'vlan_tci=0x1000/0x1000']);
  writer.write(tables.guestMac, 10, [lacks('secured')], goto(tables.guestGuard));
  writer.drop(tables.guestMac, 0, 'wrong-source-mac');
}

/**
 * What no guest may send: RA-Guard (RFC 6105), DHCPv6-Shield (RFC 7610) and their evasions (RFC 7113). A port without port
 * security is open, so that routers and DHCP servers may stand behind it; what the network has of us is guarded where it
 * arrives (`guardNetwork`). Of the others only a trusted router may advertise, redirect and query.
 */
export function guardGuest(writer: FlowWriter): void {
  const table = tables.guestGuard;
  // Open vSwitch reads behind one tag; behind a second one anything could hide, from the guards of other ports too.
  for (const tag of ['0x8100', '0x88a8']) writer.drop(table, 240, 'stacked-vlan-tags', [`dl_type=${tag}`]);
  writer.write(table, 230, [lacks('secured')], goto(tables.punt));
  dropHiddenMessages(writer, table, { discovery: 'fragmented-nd', chain: 'incomplete-header-chain' });
  const untrusted = lacks('routerTrusted');
  writer.drop(table, 105, 'rogue-ra', [untrusted, 'icmp6', 'icmp_type=134']);
  writer.drop(table, 104, 'rogue-redirect', [untrusted, 'icmp6', 'icmp_type=137']);
  writer.drop(table, 103, 'rogue-mld-query', [untrusted, 'icmp6', 'icmp_type=130']);
  writer.drop(table, 102, 'rogue-dhcpv6-server', ['udp6', 'tp_dst=546']);
  writer.drop(table, 101, 'rogue-dhcpv4-server', ['udp', 'tp_dst=68']);
  writer.write(table, 0, [], goto(tables.punt));
}

/**
 * What agents answer where they serve the network, and nobody else sees. Router Solicitations and DHCPv6 from whatever source: the answer goes back
 * to the port alone, so a lie harms the liar. Where DHCPv6 is sent to has a table of its own, so that the destinations
 * of all other packets stay out of the datapath's matches.
 */
export function puntRequests(writer: FlowWriter): void {
  const [ask, guarded] = [goto(tables.ask), goto(tables.security)];
  writer.write(tables.punt, 100, [has('servesRa'), 'icmp6', 'icmp_type=133'], ask);
  writer.write(tables.punt, 100, [has('servesDhcpv6'), 'udp6', 'tp_dst=547'], goto(tables.dhcpv6Request));
  writer.write(tables.punt, 100, [has('servesDhcpv4'), 'udp', 'tp_src=68', 'tp_dst=67'], ask);
  const arp = [has('servesDhcpv4'), 'arp', 'arp_op=1', `arp_tpa=${formatAddress(dhcpv4Server)}`];
  writer.write(tables.punt, 100, arp, arpReply);
  writer.write(tables.punt, 0, [], guarded);
  writer.write(tables.dhcpv6Request, 10, ['ipv6', 'ipv6_dst=ff02::1:2'], ask);
  writer.write(tables.dhcpv6Request, 0, [], guarded);
  writer.write(tables.security, 10, [lacks('secured')], toNetwork);
  writer.write(tables.security, 0, [], goto(tables.neighborDiscovery));
}

/** Tells the guest that the responder has the address of the DHCPv4 server. */
const arpReply = [
  'move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]',
  `set_field:${responder.mac}->eth_src`,
  'set_field:2->arp_op',
  'move:NXM_NX_ARP_SHA[]->NXM_NX_ARP_THA[]',
  'move:NXM_OF_ARP_SPA[]->NXM_OF_ARP_TPA[]',
  `set_field:${responder.mac}->arp_sha`,
  `set_field:${formatAddress(dhcpv4Server)}->arp_spa`,
  'in_port',
].join(',');

/** What agents do for the network, and nobody else may. */
export function servicesOf({ subnets }: PortIntent): readonly Trait[] {
  return [
    ...(subnets.some(isAdvertised) ? (['servesRa'] as const) : []),
    ...(subnets.some(servesDhcpv6) ? (['servesDhcpv6'] as const) : []),
    ...(subnets.some(servesDhcpv4) ? (['servesDhcpv4'] as const) : []),
  ];
}

/** Why a message was dropped that hides in fragments. */
interface HidingReasons {
  readonly discovery: DropReason;
  readonly chain: DropReason;
}

/**
 * Fragments in which a guard could not see what it looks for, or no receiver may: first fragments of ND (RFC 6980 §5), and
 * those without the whole header chain (RFC 7113 §3). Open vSwitch shows a chain that it can't follow to the end as
 * protocol 0, and an upper-layer header that is cut short with its fields 0. Later fragments pass: a receiver can't use them
 * without the first one.
 */
export function dropHiddenMessages(
  writer: FlowWriter,
  table: typeof tables.guestGuard | typeof tables.toGuest,
  reasons: HidingReasons,
): void {
  for (let type = 133; type <= 137; type++) {
    writer.drop(table, 210, reasons.discovery, ['icmp6', 'ip_frag=first', `icmp_type=${type}`]);
  }
  const chains = [
    ['ipv6', 'nw_proto=0'],
    ['icmp6', 'icmp_type=0'],
    ['udp6', 'ip_frag=first', 'tp_src=0', 'tp_dst=0'],
    ['tcp6', 'ip_frag=first', 'tp_src=0', 'tp_dst=0'],
  ];
  for (const match of chains) writer.drop(table, 200, reasons.chain, match);
}
