import {
  aBoolean,
  anInteger,
  arrayOf,
  aString,
  type Fitting,
  objectOf,
  optional,
  type Result,
  recordOf,
  variantsOf,
} from '../base/index.ts';
import { parseFrame } from './parse.ts';
import type { FeedProblem } from './problem.ts';

/**
 * Ports that an agent may have plugged at a time: a host has some hundred guests at most, and each port costs the controller
 * memory for as long as the session lasts.
 */
export const mostPluggedPorts = 4_096;

const ofEachPort = { maxLength: mostPluggedPorts };

const portId = aString({ minLength: 1, maxLength: 64 });
const revision = anInteger({ minimum: 0 });
const timestamp = anInteger({ minimum: 0 });
const address = aString({ minLength: 2, maxLength: 45 });

/** Several times the quota of bound addresses that a port has. */
const mostOfPort = 64;

/** Claims, or releases, in one message. */
export const mostClaims = 256;

const hello = objectOf({
  protocolVersion: anInteger(),
  host: aString({ minLength: 1, maxLength: 255 }),
  agentVersion: aString({ maxLength: 64 }),
  /** Shown to operators in the agents API, with each list of agents: bridges, datapath type. */
  configuration: recordOf(aString({ maxLength: 255 }), { maxSize: 64, maxKeyLength: 255 }),
});

const pluggedPort = objectOf({
  portId,
  /** `external_ids:attached-mac` of the interface, if it is set. */
  attachedMac: optional(aString({ maxLength: 64 })),
  interfaceName: aString({ maxLength: 255 }),
});

const plugged = objectOf({ ports: arrayOf(pluggedPort, ofEachPort) });

const unplugged = objectOf({ portIds: arrayOf(portId, ofEachPort) });

const wiredPort = objectOf({
  portId,
  /** The revision of the intent whose flows are installed. */
  revision,
});

const wired = objectOf({ ports: arrayOf(wiredPort, ofEachPort) });

const unwired = objectOf({ portIds: arrayOf(portId, ofEachPort) });

const lease = objectOf({
  portId,
  address,
  /** DUID of the client in hex (RFC 8415 §11). */
  clientDuid: aString({ maxLength: 260, pattern: /^[0-9a-f]*$/i }),
  identityAssociation: anInteger({ minimum: 0, maximum: 0xffffffff }),
  /** Milliseconds since the Unix epoch, by the host's clock; in the past when the client released it. */
  expiresAt: timestamp,
});

const claim = objectOf({
  portId,
  address,
  /** True: the host has admitted it meanwhile, as no controller answered. A refusal ends that. */
  settled: optional(aBoolean),
});

/** Guests ask for addresses, by duplicate address detection or by data. Each claim is answered by an intent or a refusal. */
const claims = objectOf({ claims: arrayOf(claim, { maxLength: mostClaims }) });

/** Bound addresses that their guests have given up. */
const release = objectOf({ releases: arrayOf(objectOf({ portId, address }), { maxLength: mostClaims }) });

const addressesOfPort = objectOf({ portId, addresses: arrayOf(address, { maxLength: mostOfPort }) });

const droppedPackets = objectOf({
  portId,
  /** Why the packets were dropped: a `DropReason` of the first hop. */
  reason: aString({ maxLength: 64 }),
  /** Since the flow was installed; a smaller number than before means that it was installed anew. */
  packets: anInteger({ minimum: 0 }),
});

const report = objectOf({
  /** By the host's clock, as the times inside: what matters is how far apart they are. Agents before 0.2 leave it out. */
  sentAt: optional(timestamp),
  leases: arrayOf(lease),
  /** Bound addresses that were in use since the last report. */
  seen: optional(arrayOf(addressesOfPort)),
  /**
   * Of agents of version 2, whose switches learn: every address that SAVI admits beyond the pinned ones, instead of the port's
   * earlier list.
   */
  learned: optional(arrayOf(addressesOfPort)),
  drops: arrayOf(droppedPackets),
});

const heartbeat = objectOf({});

const agentMessage = variantsOf({
  hello,
  plugged,
  unplugged,
  wired,
  unwired,
  claim: claims,
  release,
  report,
  heartbeat,
});

/** An agent's first message: who it is, and what is plugged and wired on its host. */
export type Hello = Extract<AgentMessage, { kind: 'hello' }>;
/** A port whose interface is plugged in on the host. */
export type PluggedPort = Fitting<typeof pluggedPort>;
/** A port whose flows are in place on the host, with the revision of the intent that they are from. */
export type WiredPort = Fitting<typeof wiredPort>;
/** An address that the agent has leased to a guest by DHCP; its end is in the past when the guest released it. */
export type Lease = Fitting<typeof lease>;
/** Some addresses of one port. */
export type AddressesOfPort = Fitting<typeof addressesOfPort>;
/** A guest's wish for an address. */
export type AddressClaim = Fitting<typeof claim>;
/** How many packets of a port were dropped for one reason. */
export type DroppedPackets = Fitting<typeof droppedPackets>;

/** A message from an agent. `hello` comes first, and once. */
export type AgentMessage = Fitting<typeof agentMessage>;

/** Takes a text frame from an agent to its message. */
export function parseAgentMessage(frame: string): Result<AgentMessage, FeedProblem> {
  return parseFrame(agentMessage, frame);
}

/** The JSON text of a message from an agent. */
export function encodeAgentMessage(message: AgentMessage): string {
  return JSON.stringify(message);
}
