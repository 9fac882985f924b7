/**
 * One OVS bridge, spoken to over its management socket: packets in and out, and meters, by an OpenFlow 1.3 session,
 * flows as text through ovs-ofctl(8) bundles. It carries flows and packets without reading them, and knows nothing of
 * first hops.
 */
export { dumpFlows, type InstalledFlow, readMeterDrops, visitFlows } from './dump.ts';
export { type FlowText, flowDelta, splitFlow } from './flow.ts';
export { type Cookie, FlowSync, type FlowSyncOptions, type FlushFailures } from './flow-sync.ts';
export { Meters, type MetersOptions } from './meters.ts';
export type { OfctlProblem } from './ofctl.ts';
export { type OpenFlowSession, type OpenFlowSessionOptions, openSession } from './session.ts';
export type { Meter } from './wire/meter.ts';
export type { PacketIn } from './wire/packet-in.ts';
