import { type Milliseconds, milliseconds } from '../base/index.ts';

/**
 * Raised when an old peer would misread a message. Controllers are upgraded before agents, so a controller serves the
 * version before its own, too, and refuses a hello of any other. In version 2, hosts learned addresses without asking.
 */
export const feedProtocolVersion = 3;

/** The oldest version that a controller serves. */
export const oldestProtocolVersion = 2;

/** Where the controller serves the feed. */
export const feedPath = '/agent-feed';

/** How often the agent says that it lives, when it has nothing else to say. */
export const heartbeatInterval: Milliseconds = milliseconds(5_000);

/** After this long without a message the peer counts as gone: three heartbeats lost. */
export const silenceLimit: Milliseconds = milliseconds(15_000);

/** A session whose agent has said nothing by then is ended. */
export const helloLimit: Milliseconds = milliseconds(5_000);

/** Why a side closed the session. RFC 6455 §7.4.2 leaves 4000-4999 to applications. */
export const closeCodes = {
  /** A frame could not be parsed, or came out of order. */
  protocolViolation: 4400,
  /** The agent says no hello, or does not read what it is sent. */
  tooSlow: 4408,
  /** Another session of the same host took over, or is served: only one is. */
  superseded: 4409,
  /** The peer speaks another version of this protocol. */
  unsupportedVersion: 4426,
} as const;
