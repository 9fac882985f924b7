import { anInteger, anything, aString, err, objectOf, ok, type Result, variantsOf } from '../base/index.ts';
import { decodePortIntent, intentContent, type PortIntent } from '../firsthop/index.ts';
import { parseFrame } from './parse.ts';
import type { FeedProblem } from './problem.ts';

const portId = aString({ minLength: 1, maxLength: 64 });
const revision = anInteger({ minimum: 0 });

const intent = objectOf({ intent: anything });
const withdraw = objectOf({ portId });
const synced = objectOf({ revision });
const heartbeat = objectOf({});

/** A message from a controller. */
export type ControllerMessage =
  /** The whole of what a plugged port should be. Inside one session revisions of a port never go back. */
  | { readonly kind: 'intent'; readonly intent: PortIntent }
  /** The port was deleted, or bound to another host: nothing of it may pass any more. */
  | { readonly kind: 'withdraw'; readonly portId: string }
  /** Everything up to this revision has been said for the ports that the agent named. */
  | { readonly kind: 'synced'; readonly revision: number }
  | { readonly kind: 'heartbeat' };

const controllerMessage = variantsOf({ intent, withdraw, synced, heartbeat });

/** Takes a text frame from a controller to its message, the intent inside decoded. */
export function parseControllerMessage(frame: string): Result<ControllerMessage, FeedProblem> {
  const parsed = parseFrame(controllerMessage, frame);
  if (!parsed.ok) return parsed;
  const message = parsed.value;
  if (message.kind !== 'intent') return ok(message);
  const decoded = decodePortIntent(message.intent);
  if (decoded.ok) return ok({ kind: 'intent', intent: decoded.value });
  return err({ kind: 'invalid-message', at: '/intent', reason: JSON.stringify(decoded.error) });
}

export function encodeControllerMessage(message: ControllerMessage): string {
  if (message.kind !== 'intent') return JSON.stringify(message);
  return encodeIntentMessage(intentContent(message.intent), message.intent.revision);
}

/** The message of an intent whose content is encoded already. */
export function encodeIntentMessage(content: string, revision: number): string {
  return `{"kind":"intent","intent":{"revision":${revision},${content.slice(1)}}`;
}
