/**
 * The protocol between an agent and a controller: one WebSocket per host, JSON text frames, one message per frame.
 * This folder knows the messages, how both directions are parsed, and how a host proves who it is. It must not know how
 * either side does its work: it holds no socket, no store, no flow.
 *
 * A session: the agent upgrades `GET /agent-feed` with `feedHeaders`, says `hello`, then `plugged` with every port that
 * it sees. The controller answers each plugged port with `intent` or, when the host has no business with it,
 * `withdraw`; then `synced`. An intent names its port's network, which the host was told by `network` before, once for all
 * its ports, until `withdraw-network`. A host asks by `claim` for an address that a guest wants; the intent of its port, or
 * `refused`, is the answer. From there both sides speak when something changes. Repeated messages do no harm.
 */

export {
  type AddressClaim,
  type AddressesOfPort,
  type AgentMessage,
  type DroppedPackets,
  encodeAgentMessage,
  type Hello,
  type Lease,
  mostClaims,
  mostPluggedPorts,
  type PluggedPort,
  parseAgentMessage,
  type WiredPort,
} from './agent-message.ts';
export { agentToken, type FeedPeer, feedHeaders, type HeaderLookup, verifyFeedHeaders } from './auth.ts';
export {
  type ClaimRefusal,
  type ControllerMessage,
  encodeControllerMessage,
  encodeIntentMessage,
  parseControllerMessage,
} from './controller-message.ts';
export type { FeedProblem } from './problem.ts';
export {
  closeCodes,
  feedPath,
  feedProtocolVersion,
  heartbeatInterval,
  helloLimit,
  oldestProtocolVersion,
  silenceLimit,
} from './protocol.ts';
