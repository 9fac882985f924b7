import { dropFor, type FlowWriter, goto, isBound, lookUpOwn, toGuest } from './flow.ts';
import { dropHiddenMessages } from './guard.ts';
import { has, registers } from './registers.ts';
import { tables } from './tables.ts';

/**
 * What reaches the guest: where the network's advertisements or its DHCP are ours, none but those, which come by packet-out
 * and pass no table, with no redirects either; and nothing that others say or ask of an address that is the guest's own.
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
  shieldFromAdvertisements(writer);
  shieldFromDetection(writer);
}

const target = 'move:NXM_NX_ND_TARGET[]->NXM_NX_XXREG1[]';
const detections = `resubmit(,${tables.detections})`;

/**
 * Only the first hop of an address' owner speaks for it, so no advertisement of others for it reaches the owner. One for
 * an address that the agent detects in the guest's name is counted by the agent's flow, and reaches the guest.
 */
function shieldFromAdvertisements(writer: FlowWriter): void {
  const table = tables.advertisedToGuest;
  const advertised = ['icmp6', 'icmp_type=136'];
  // OVN 23.03 answers a DAD solicitation to where it came from, `::`, and as solicited. RFC 4861 §7.2.4: to all nodes.
  const repair = 'set_field:ff02::1->ipv6_dst,set_field:0->nd_reserved';
  const judge = `${target},${detections},${lookUpOwn},${goto(tables.advertisedVerdict)}`;
  writer.write(table, 10, [...advertised, 'ipv6_dst=::'], `${repair},${judge}`);
  writer.write(table, 0, advertised, judge);
  writer.drop(tables.advertisedVerdict, 10, 'own-address-advertised', [isBound]);
  writer.write(tables.advertisedVerdict, 0, [], toGuest);
}

/**
 * Nor does others' DAD for an address that is the guest's, or that it is just detecting, so it can't spoil the guest's own
 * detection: the agent is shown it, and defends the address. The sources of other packets stay out of the datapath's
 * matches, as this table is for solicitations only.
 */
function shieldFromDetection(writer: FlowWriter): void {
  const detection = ['icmp6', 'icmp_type=135', 'ipv6_src=::'];
  const lookUp = `${target},resubmit(,${tables.tentative}),${detections},${lookUpOwn}`;
  writer.write(tables.solicitedOfGuest, 10, detection, `${lookUp},${goto(tables.solicitedVerdict)}`);
  writer.write(tables.solicitedOfGuest, 0, [], toGuest);
  const shown = (table: typeof tables.rival | typeof tables.contested) =>
    `resubmit(,${table}),${dropFor('dad-denial-from-network')}`;
  writer.write(tables.solicitedVerdict, 20, [`${registers.tentative}=1`], shown(tables.rival));
  writer.write(tables.solicitedVerdict, 10, [isBound], shown(tables.contested));
  writer.write(tables.solicitedVerdict, 0, [], toGuest);
}
