import { type FlowText, flowWriter, type PortWiring } from './flow.ts';
import { guardGuest, guardMacs, puntRequests } from './guard.ts';
import { guardNetwork } from './guard-network.ts';
import type { PortIntent } from './intent.ts';
import { inspectNeighborDiscovery } from './neighbor-discovery.ts';
import { describeNetwork } from './network-flows.ts';
import { askAgent, bindAddresses, classifyPort, countDrops, showClaims } from './port-flows.ts';
import { checkSources } from './source-guard.ts';
import { tables } from './tables.ts';

/**
 * How the bridge must treat fragments: with the upper layer's fields visible in first fragments
 * (`ovs-ofctl set-frags`, or flags 3 in OFPT_SET_CONFIG). In the default mode ND in fragments can't be told from others.
 */
export const fragmentMode = 'nx-match';

/** The flows that all ports of the bridge share. What belongs to no port is dropped. */
export function compileBridge(cookie: bigint): readonly FlowText[] {
  const writer = flowWriter(cookie);
  writer.write(tables.classify, 0, [], 'drop');
  guardMacs(writer);
  guardGuest(writer);
  puntRequests(writer);
  inspectNeighborDiscovery(writer);
  checkSources(writer);
  guardNetwork(writer);
  return writer.flows;
}

/** The flows that all ports of one network share, by the intents of all of its ports that are here, in any order. */
export function compileNetwork(intents: readonly PortIntent[], cookie: bigint): readonly FlowText[] {
  const writer = flowWriter(cookie);
  describeNetwork(writer, intents);
  return writer.flows;
}

/**
 * Compiles a port's intent to the flows that are its own, and work with those of its bridge and network. Pure: equal
 * input gives equal text in equal order.
 */
export function compilePort(intent: PortIntent, wiring: PortWiring): readonly FlowText[] {
  const writer = flowWriter(wiring.cookie);
  classifyPort(writer, intent, wiring);
  countDrops(writer, wiring);
  if (!intent.adminStateUp) return writer.flows;
  askAgent(writer, wiring);
  if (!intent.portSecurityEnabled) return writer.flows;
  bindAddresses(writer, intent, wiring);
  showClaims(writer, wiring);
  return writer.flows;
}
