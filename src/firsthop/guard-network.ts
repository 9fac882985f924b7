import { type FlowWriter, goto, isBound, lookUpOwn, toGuest } from './flow.ts';
import { dropHiddenMessages } from './guard.ts';
import { has, registers } from './registers.ts';
import { tables } from './tables.ts';

/**
 * What reaches the guest: where the network's advertisements or its DHCP are ours, none but those, which come by packet-out
 * and pass no table, with no redirects either; and no answer to its DAD that comes from nobody who holds the address.
 */
export function guardNetwork(writer: FlowWriter): void {
  const table = tables.toGuest;
  const hidden = { discovery: 'fragmented-nd-from-network', chain: 'incomplete-chain-from-network' } as const;
  dropHiddenMessages(writer, table, hidden);
  writer.drop(table, 104, 'ra-from-network', [has('servesRa'), 'icmp6', 'icmp_type=134']);
  writer.drop(table, 103, 'redirect-from-network', [has('servesRa'), 'icmp6', 'icmp_type=137']);
  writer.drop(table, 102, 'dhcpv6-server-from-network', [has('servesDhcpv6'), 'udp6', 'tp_dst=546']);
  writer.drop(table, 101, 'dhcpv4-server-from-network', [has('servesDhcpv4'), 'udp', 'tp_dst=68']);
  writer.write(table, 50, [has('secured'), 'icmp6', 'icmp_type=136'], goto(tables.advertisedToGuest));
  writer.write(table, 50, [has('secured'), 'icmp6', 'icmp_type=135'], goto(tables.solicitedOfGuest));
  writer.write(table, 0, [], toGuest);
  hearDefence(writer);
  shieldDetection(writer);
}

const lookUp = `move:NXM_NX_ND_TARGET[]->NXM_NX_XXREG1[],resubmit(,${tables.tentative})`;
const isTentative = `${registers.tentative}=1`;

/**
 * Duplicate address detection across hosts. A NA for an address that the guest asked for moments ago comes from the one
 * who holds it: what was learned is void (RFC 6620 §3.2.3), which the port's own flow in `advertisedVerdict` sees to.
 */
function hearDefence(writer: FlowWriter): void {
  const table = tables.advertisedToGuest;
  const advertised = ['icmp6', 'icmp_type=136'];
  // OVN 23.03 answers a DAD solicitation to where it came from, `::`, and as solicited. RFC 4861 §7.2.4: to all nodes.
  const repair = 'set_field:ff02::1->ipv6_dst,set_field:0->nd_reserved';
  const judge = goto(tables.advertisedVerdict);
  writer.write(table, 10, [...advertised, 'ipv6_dst=::'], `${repair},${lookUp},${judge}`);
  writer.write(table, 0, advertised, `${lookUp},${judge}`);
  writer.write(tables.advertisedVerdict, 0, [], toGuest);
}

/**
 * A DAD solicitation of somebody else must not spoil the guest's own detection of an address that is nobody else's: a
 * fixed one, or the link-local one of its MAC. The sources of other packets stay out of the datapath's matches, as this
 * table is for solicitations only.
 */
function shieldDetection(writer: FlowWriter): void {
  const detection = ['icmp6', 'icmp_type=135', 'ipv6_src=::'];
  writer.write(tables.solicitedOfGuest, 10, detection, `${lookUp},${lookUpOwn},${goto(tables.solicitedVerdict)}`);
  writer.write(tables.solicitedOfGuest, 0, [], toGuest);
  writer.drop(tables.solicitedVerdict, 10, 'dad-denial-from-network', [isBound, isTentative]);
  writer.write(tables.solicitedVerdict, 0, [], toGuest);
}
