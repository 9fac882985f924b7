import { type Static, Type } from 'typebox';
import { err, ok, type Result } from '../base/index.ts';
import { decodePortIntent, encodePortIntent, type PortIntent } from '../firsthop/index.ts';
import { frameParser } from './parse.ts';
import type { FeedProblem } from './problem.ts';

const portId = Type.String({ minLength: 1, maxLength: 64 });
const revision = Type.Integer({ minimum: 0 });

const intent = Type.Object({ kind: Type.Literal('intent'), intent: Type.Unknown() });
const withdraw = Type.Object({ kind: Type.Literal('withdraw'), portId });
const synced = Type.Object({ kind: Type.Literal('synced'), revision });
const heartbeat = Type.Object({ kind: Type.Literal('heartbeat') });

/** What a controller says. */
export type ControllerMessage =
  /** The whole of what a plugged port should be. Inside one session revisions of a port never go back. */
  | { readonly kind: 'intent'; readonly intent: PortIntent }
  /** The port was deleted, or bound to another host: nothing of it may pass any more. */
  | Static<typeof withdraw>
  /** Everything up to this revision has been said for the ports that the agent named. */
  | Static<typeof synced>
  | Static<typeof heartbeat>;

const parseFrame = frameParser(Type.Union([intent, withdraw, synced, heartbeat]));

/** Takes a text frame from a controller to its message, the intent inside decoded. */
export function parseControllerMessage(frame: string): Result<ControllerMessage, FeedProblem> {
  const parsed = parseFrame(frame);
  if (!parsed.ok) return parsed;
  const message = parsed.value;
  if (message.kind !== 'intent') return ok(message);
  const decoded = decodePortIntent(message.intent);
  if (decoded.ok) return ok({ kind: 'intent', intent: decoded.value });
  return err({ kind: 'invalid-message', at: '/intent', reason: JSON.stringify(decoded.error) });
}

export function encodeControllerMessage(message: ControllerMessage): string {
  if (message.kind !== 'intent') return JSON.stringify(message);
  return JSON.stringify({ kind: message.kind, intent: encodePortIntent(message.intent) });
}
