import { formatPrefix, prefixFamily } from '../ip/index.ts';
import { pinnedAddresses } from './bindings.ts';
import { type FlowWriter, lookUpBinding, type PortWiring } from './flow.ts';
import { servesDhcpv4 } from './guard.ts';
import type { PortIntent } from './intent.ts';
import { tables } from './tables.ts';

/** MLD reports and done: they may come from `::` while the link-local address is tentative (RFC 3590 §4). */
const multicastListenerTypes = [131, 132, 143];

/** Lets through what comes from an address that is bound to the port, and nothing else. */
export function checkSources(writer: FlowWriter, intent: PortIntent, wiring: PortWiring): void {
  const out = `output:${wiring.patchPort}`;
  for (const type of multicastListenerTypes) {
    writer.fromGuest(tables.source, 60, ['icmp6', 'ipv6_src=::', `icmp_type=${type}`], out);
  }
  const lookUp = `move:NXM_NX_IPV6_SRC[]->NXM_NX_XXREG1[],${lookUpBinding},resubmit(,${tables.sourceVerdict})`;
  writer.fromGuest(tables.source, 50, ['ipv6'], lookUp);
  writer.fromGuest(tables.sourceVerdict, 10, ['reg0=1'], out);
  writer.dropFromGuest('wrong-source-ipv6');
  checkIpv4Sources(writer, intent, out);
  writer.dropFromGuest('unknown-ethertype');
}

function checkIpv4Sources(writer: FlowWriter, intent: PortIntent, out: string): void {
  const pinned = pinnedAddresses(intent).filter(({ prefix }) => prefixFamily(prefix) === 4);
  for (const { prefix, mac } of pinned) {
    const [from, range] = [`dl_src=${mac}`, formatPrefix(prefix)];
    writer.fromGuest(tables.source, 50, ['ip', from, `nw_src=${range}`], out);
    writer.fromGuest(tables.source, 50, ['arp', from, `arp_sha=${mac}`, `arp_spa=${range}`], out);
    // A probe for the own address (RFC 5227 §2.1.1).
    writer.fromGuest(tables.source, 50, ['arp', from, `arp_sha=${mac}`, 'arp_spa=0.0.0.0', `arp_tpa=${range}`], out);
  }
  if (!servesDhcpv4(intent)) {
    writer.fromGuest(tables.source, 50, ['udp', 'nw_src=0.0.0.0', 'tp_src=68', 'tp_dst=67'], out);
  }
  writer.dropFromGuest('wrong-source-ipv4', ['ip']);
  writer.dropFromGuest('wrong-arp', ['arp']);
}
