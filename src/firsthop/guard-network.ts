import { formatAddress } from '../ip/index.ts';
import { ownAddresses } from './bindings.ts';
import { type FlowWriter, goto, type PortWiring } from './flow.ts';
import { servesDhcpv4 } from './guard.ts';
import type { PortIntent } from './intent.ts';
import { learn } from './neighbor-discovery.ts';
import { tables } from './tables.ts';

/**
 * What reaches the guest: no advertisement, redirect or DHCP answer but our own, which come by packet-out and pass no
 * table; and no answer to its DAD that comes from nobody who holds the address.
 */
export function guardNetwork(writer: FlowWriter, intent: PortIntent, wiring: PortWiring): void {
  const table = tables.toGuest;
  const out = `output:${wiring.guestPort}`;
  const fragments = ['ipv6', 'ipv6_src=fe80::/10', 'ip_frag=yes'];
  writer.dropFromNetwork('fragmented-link-local-from-network', fragments);
  writer.dropFromNetwork('ra-from-network', ['icmp6', 'icmp_type=134']);
  writer.dropFromNetwork('redirect-from-network', ['icmp6', 'icmp_type=137']);
  writer.dropFromNetwork('dhcpv6-server-from-network', ['udp6', 'tp_dst=546']);
  if (servesDhcpv4(intent)) {
    writer.dropFromNetwork('dhcpv4-server-from-network', ['udp', 'tp_dst=68']);
  }
  if (intent.portSecurityEnabled) arbitrateDetection(writer, intent, wiring);
  writer.fromNetwork(table, 0, [], out);
}

/**
 * Duplicate address detection across hosts. A NA for an address that the guest asked for moments ago comes from the one
 * who holds it: what was learned is void (RFC 6620 §3.2.3). A DAD solicitation of somebody else must not spoil the
 * guest's own detection of an address that is nobody else's: a fixed one, or the link-local one of its MAC.
 */
function arbitrateDetection(writer: FlowWriter, intent: PortIntent, wiring: PortWiring): void {
  const out = `output:${wiring.guestPort}`;
  const lookUp = `move:NXM_NX_ND_TARGET[]->NXM_NX_XXREG1[],resubmit(,${tables.tentative})`;
  const advertised = ['icmp6', 'icmp_type=136'];
  // OVN 23.03 answers a DAD solicitation to where it came from, `::`, and as solicited. RFC 4861 §7.2.4: to all nodes.
  const repair = 'set_field:ff02::1->ipv6_dst,set_field:0->nd_reserved';
  const judge = `resubmit(,${tables.advertisedToGuest})`;
  writer.fromNetwork(tables.toGuest, 60, [...advertised, 'ipv6_dst=::'], `${repair},${lookUp},${judge}`);
  writer.fromNetwork(tables.toGuest, 50, advertised, `${lookUp},${judge}`);
  const conflict = learn(tables.conflicts, wiring, {
    limits: 'limit=64',
    match: `in_port=${wiring.guestPort},NXM_NX_XXREG1[]`,
    load: 'load:0->NXM_NX_REG0[0],load:1->NXM_NX_REG1[0]',
  });
  writer.fromNetwork(tables.advertisedToGuest, 10, ['reg3=1'], `${conflict},${out}`);
  writer.fromNetwork(tables.advertisedToGuest, 0, [], out);
  const own = ownAddresses(intent).filter(({ family }) => family === 6);
  for (const target of new Set(own.map(formatAddress))) {
    const match = ['icmp6', 'icmp_type=135', 'ipv6_src=::', `nd_target=${target}`];
    writer.fromNetwork(tables.toGuest, 50, match, `${lookUp},${goto(tables.solicitedOfGuest)}`);
  }
  writer.dropFromNetwork('dad-denial-from-network', ['reg3=1']);
  writer.fromNetwork(tables.solicitedOfGuest, 0, [], out);
}
