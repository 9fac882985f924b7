/**
 * The first hop of a port, as pure functions: an intent goes in; flows, router advertisements and DHCP answers come
 * out. It does no I/O and reads no clock, and it knows neither the store nor the API nor the OpenFlow session that
 * carries its flows.
 */

export { answerGuest, type GuestAnswer } from './answer.ts';
export { isClaimable, isReserved, ownAddresses, responder } from './bindings.ts';
export { serverDuid } from './dhcpv6-server.ts';
export { agentReasons, type CountedFlow, type DropReason, dropReason, isDropReason } from './drop-reason.ts';
export { farewellFrames } from './farewell.ts';
export type { FlowText, PortWiring } from './flow.ts';
export {
  type AddressPair,
  defaultLearnedAddressQuota,
  defaultLifetimes,
  defaultRouterLifetimeSeconds,
  type FixedAddress,
  type HostRoute,
  type Ipv6Mode,
  joinIntent,
  type NetworkIntent,
  type OwnIntent,
  type PortIntent,
  type RouterIntent,
  type RouterPreference,
  type SubnetIntent,
  splitIntent,
} from './intent.ts';
export {
  decodeNetworkIntent,
  decodeOwnIntent,
  decodeWholeIntent,
  type IntentProblem,
  networkContent,
  ownContent,
  wholeContent,
  withRevision,
} from './intent-wire.ts';
export type { LeaseEvent } from './lease.ts';
export {
  announcementFrame,
  contestFrame,
  denialFrame,
  detectionFrame,
  probeFrame,
  solicitingAddress,
} from './neighbor-frames.ts';
export { type Notice, readNotice, type ShownPacket } from './notice.ts';
export { type FlowObservation, type ObservedFlow, observeFlow } from './observed-flow.ts';
export { compileBridge, compileNetwork, compilePort, fragmentMode } from './pipeline.ts';
export { detectionCounter, detectionFlows } from './port-flows.ts';
export { type Advertisement, advertisementFrames, advertisements } from './router-advertisement.ts';
export { learnedTables, networkTables, tables } from './tables.ts';
