import { type Static, Type } from 'typebox';
import { frameParser } from './parse.ts';

const portId = Type.String({ minLength: 1, maxLength: 64 });
const revision = Type.Integer({ minimum: 0 });
const timestamp = Type.Integer({ minimum: 0 });
const address = Type.String({ minLength: 2, maxLength: 45 });

const hello = Type.Object({
  kind: Type.Literal('hello'),
  protocolVersion: Type.Integer(),
  host: Type.String({ minLength: 1, maxLength: 255 }),
  /** Highest revision whose `synced` this process has seen; 0 asks for everything. A full resend is always right. */
  resumeFromRevision: revision,
  agentVersion: Type.String(),
  /** What operators want to see of the host in the agents API: bridges, datapath type. */
  configuration: Type.Record(Type.String(), Type.String()),
});

const pluggedPort = Type.Object({
  portId,
  /** `external_ids:attached-mac` of the interface, when whoever plugged it said so. */
  attachedMac: Type.Optional(Type.String()),
  interfaceName: Type.String(),
});

const plugged = Type.Object({ kind: Type.Literal('plugged'), ports: Type.Array(pluggedPort) });

const unplugged = Type.Object({ kind: Type.Literal('unplugged'), portIds: Type.Array(portId) });

const wiredPort = Type.Object({
  portId,
  /** The revision of the intent whose flows are installed. */
  revision,
});

const wired = Type.Object({ kind: Type.Literal('wired'), ports: Type.Array(wiredPort) });

const unwired = Type.Object({ kind: Type.Literal('unwired'), portIds: Type.Array(portId) });

const lease = Type.Object({
  portId,
  address,
  /** DUID of the client in hex (RFC 8415 §11). */
  clientDuid: Type.String(),
  identityAssociation: Type.Integer({ minimum: 0, maximum: 0xffffffff }),
  /** Milliseconds since the Unix epoch; in the past when the client released it. */
  expiresAt: timestamp,
});

const learnedAddresses = Type.Object({
  portId,
  /** Every address that SAVI admits beyond the pinned ones; replaces what was said before. */
  addresses: Type.Array(address),
});

const droppedPackets = Type.Object({
  portId,
  /** What the packet was refused for, in the words of the first hop's pipeline. */
  reason: Type.String(),
  /** Since the flow was installed; a smaller number than before means that it was installed anew. */
  packets: Type.Integer({ minimum: 0 }),
});

const report = Type.Object({
  kind: Type.Literal('report'),
  leases: Type.Array(lease),
  learned: Type.Array(learnedAddresses),
  drops: Type.Array(droppedPackets),
});

const heartbeat = Type.Object({ kind: Type.Literal('heartbeat') });

const agentMessage = Type.Union([hello, plugged, unplugged, wired, unwired, report, heartbeat]);

export type Hello = Static<typeof hello>;
export type PluggedPort = Static<typeof pluggedPort>;
export type WiredPort = Static<typeof wiredPort>;
export type Lease = Static<typeof lease>;
export type LearnedAddresses = Static<typeof learnedAddresses>;
export type DroppedPackets = Static<typeof droppedPackets>;

/** What an agent says. `hello` comes first, and once. */
export type AgentMessage = Static<typeof agentMessage>;

/** Takes a text frame from an agent to its message. */
export const parseAgentMessage = frameParser(agentMessage);

export function encodeAgentMessage(message: AgentMessage): string {
  return JSON.stringify(message);
}
