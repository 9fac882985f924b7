import { eui64LinkLocals, linkLocalPrefix, registerMatch } from './bindings.ts';
import { claimByData, type FlowWriter, goto, isBound, lackAddress, lookUpBinding, toNetwork } from './flow.ts';
import { has, lacks, registers } from './registers.ts';
import { tables } from './tables.ts';

/** MLD reports and done: they may come from `::` while the link-local address is tentative (RFC 3590 §4). */
const multicastListenerTypes = [131, 132, 143];

/** Lets through what comes from an address that is bound to the port, and nothing else. */
export function checkSources(writer: FlowWriter): void {
  const table = tables.source;
  for (const type of multicastListenerTypes) {
    writer.write(table, 60, ['icmp6', 'ipv6_src=::', `icmp_type=${type}`], toNetwork);
  }
  const lookUp = `move:NXM_NX_IPV6_SRC[]->NXM_NX_XXREG1[],${lookUpBinding},${goto(tables.sourceVerdict)}`;
  writer.write(table, 50, ['ipv6'], lookUp);
  checkIpv4Sources(writer);
  checkArp(writer);
  writer.drop(table, 0, 'unknown-ethertype');
  writer.write(tables.sourceVerdict, 10, [isBound], toNetwork);
  writer.write(tables.sourceVerdict, 0, [], lackAddress('wrong-source-ipv6'));
  claimUnknown(writer);
}

/** What a port sends from an address that it has not is dropped; where guests make addresses, that claims it (RFC 6620 §3.2.3). */
function claimUnknown(writer: FlowWriter): void {
  const table = tables.unknownAddress;
  writer.write(table, 20, [`${registers.address}=${eui64LinkLocals}`], goto(tables.drop));
  writer.write(table, 10, [`${registers.address}=${registerMatch(linkLocalPrefix)}`], claimByData);
  writer.write(table, 0, [], goto(tables.drop));
}

/** The start of an IPv4-mapped address; the IPv4 address itself follows in the last quarter of xxreg1, which is reg7. */
const mapped = 'set_field:0xffff00000000->xxreg1';

function checkIpv4Sources(writer: FlowWriter): void {
  const discovery = [lacks('servesDhcpv4'), 'udp', 'nw_src=0.0.0.0', 'tp_src=68', 'tp_dst=67'];
  writer.write(tables.source, 60, discovery, toNetwork);
  const lookUp = `${mapped},move:NXM_OF_IP_SRC[]->NXM_NX_REG7[],${lookUpBinding},${goto(tables.ipv4Verdict)}`;
  writer.write(tables.source, 50, ['ip'], lookUp);
  writer.write(tables.ipv4Verdict, 10, [isBound], toNetwork);
  writer.drop(tables.ipv4Verdict, 0, 'wrong-source-ipv4');
}

function checkArp(writer: FlowWriter): void {
  const sender = `move:NXM_NX_ARP_SHA[]->OXM_OF_METADATA[0..47],resubmit(,${tables.linkLayer})`;
  const lookUp = (field: string) =>
    `${sender},${mapped},move:${field}->NXM_NX_REG7[],${lookUpBinding},${goto(tables.arpVerdict)}`;
  // A probe for the own address (RFC 5227 §2.1.1).
  writer.write(tables.source, 60, ['arp', 'arp_spa=0.0.0.0'], lookUp('NXM_OF_ARP_TPA[]'));
  writer.write(tables.source, 50, ['arp'], lookUp('NXM_OF_ARP_SPA[]'));
  writer.write(tables.arpVerdict, 10, [has('linkLayerConfirmed'), isBound], toNetwork);
  writer.drop(tables.arpVerdict, 0, 'wrong-arp');
}
