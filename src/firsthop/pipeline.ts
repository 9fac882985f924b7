import { ownMacs } from './bindings.ts';
import { dropStages } from './drop-reason.ts';
import { type FlowText, type FlowWriter, flowWriter, goto, hexCookie, type PortWiring } from './flow.ts';
import { guardGuest, puntRequests } from './guard.ts';
import { guardNetwork } from './guard-network.ts';
import type { PortIntent } from './intent.ts';
import { inspectNeighborDiscovery } from './neighbor-discovery.ts';
import { checkSources } from './source-guard.ts';
import { tables } from './tables.ts';

/**
 * How the bridge must treat fragments: with the upper layer's fields visible in first fragments
 * (`ovs-ofctl set-frags`, or flags 3 in OFPT_SET_CONFIG). In the default mode ND in fragments can't be told from others.
 */
export const fragmentMode = 'nx-match';

/** The flows of the bridge itself: what belongs to no port is dropped, and counted. */
export function compileBridge(cookie: bigint): readonly FlowText[] {
  return [
    `cookie=${hexCookie(cookie)},table=${tables.classify},priority=${dropStages['unknown-port'].priority} actions=drop`,
  ];
}

/** Compiles a port's intent to its flows. Pure: equal input gives equal text in equal order. */
export function compilePort(intent: PortIntent, wiring: PortWiring): readonly FlowText[] {
  const writer = flowWriter(wiring);
  if (!intent.adminStateUp) {
    writer.dropFromGuest('admin-down');
    writer.dropFromNetwork('admin-down');
    return writer.flows;
  }
  const network = `set_field:0x${intent.networkId.replaceAll('-', '')}->xxreg2`;
  writer.fromGuest(tables.classify, 100, [], `${network},${goto(tables.guestMac)}`);
  writer.fromNetwork(tables.classify, 100, [], `${network},${goto(tables.toGuest)}`);
  checkMacs(writer, intent);
  guardGuest(writer, intent);
  puntRequests(writer, intent, wiring);
  if (intent.portSecurityEnabled) {
    inspectNeighborDiscovery(writer, intent, wiring);
    checkSources(writer, intent, wiring);
  }
  guardNetwork(writer, intent, wiring);
  return writer.flows;
}

/** A tag, VLAN 0 too, would hide from us what a guest without VLANs still accepts. */
function checkMacs(writer: FlowWriter, intent: PortIntent): void {
  const next = goto(tables.guestGuard);
  if (!intent.portSecurityEnabled) {
    writer.fromGuest(tables.guestMac, 0, [], next);
    return;
  }
  writer.dropFromGuest('vlan-tagged', ['vlan_tci=0x1000/0x1000']);
  for (const mac of ownMacs(intent)) writer.fromGuest(tables.guestMac, 50, [`dl_src=${mac}`], next);
  writer.dropFromGuest('wrong-source-mac');
}
