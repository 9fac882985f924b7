import {
  anInteger,
  anything,
  arrayOf,
  aString,
  err,
  type Fitting,
  isUuid,
  objectOf,
  ok,
  oneOf,
  type Result,
  type Uuid,
  variantsOf,
} from '../base/index.ts';
import {
  decodeNetworkIntent,
  decodeOwnIntent,
  type IntentProblem,
  type NetworkIntent,
  networkContent,
  type OwnIntent,
  ownContent,
  withRevision,
} from '../firsthop/index.ts';
import { mostClaims } from './agent-message.ts';
import { parseFrame } from './parse.ts';
import type { FeedProblem } from './problem.ts';

const portId = aString({ minLength: 1, maxLength: 64 });
const networkId = aString({ minLength: 36, maxLength: 36 });
const revision = anInteger({ minimum: 0 });

const network = objectOf({ network: anything });
const intent = objectOf({ intent: anything });
const withdraw = objectOf({ portId });
const withdrawNetwork = objectOf({ networkId });
const synced = objectOf({ revision });
const refusal = objectOf({
  portId,
  address: aString({ minLength: 2, maxLength: 45 }),
  /**
   * `taken`: it is another port's; `reserved`: the link's own, for routers and for us; `off-link`: no guest makes addresses
   * there; `full`: the port has as many as it may have.
   */
  reason: oneOf('taken', 'reserved', 'off-link', 'full'),
});
const refused = objectOf({ refusals: arrayOf(refusal, { maxLength: mostClaims }) });
const heartbeat = objectOf({});

/** A claim that was not granted, and why. */
export type ClaimRefusal = Fitting<typeof refusal>;

/** A message from a controller. */
export type ControllerMessage =
  /**
   * The whole of what the ports of a network have in common. Comes before the first intent that names the network, and
   * when it changes. Inside one session revisions of a network never go back.
   */
  | { readonly kind: 'network'; readonly network: NetworkIntent }
  /** The whole of what a plugged port has for itself. Inside one session revisions of a port never go back. */
  | { readonly kind: 'intent'; readonly intent: OwnIntent }
  /** The port was deleted, or bound to another host: nothing of it may pass any more. */
  | { readonly kind: 'withdraw'; readonly portId: string }
  /** No intent names the network any more. It is told again before one does. */
  | { readonly kind: 'withdraw-network'; readonly networkId: Uuid }
  /** Answers claims. A granted one is answered by the port's intent, among whose bound addresses it is. */
  | { readonly kind: 'refused'; readonly refusals: readonly ClaimRefusal[] }
  /** Everything up to this revision has been said for the ports that the agent named. */
  | { readonly kind: 'synced'; readonly revision: number }
  | { readonly kind: 'heartbeat' };

const controllerMessage = variantsOf({
  network,
  intent,
  withdraw,
  'withdraw-network': withdrawNetwork,
  refused,
  synced,
  heartbeat,
});

/** Takes a text frame from a controller to its message, the intent inside decoded. */
export function parseControllerMessage(frame: string): Result<ControllerMessage, FeedProblem> {
  const parsed = parseFrame(controllerMessage, frame);
  if (!parsed.ok) return parsed;
  const message = parsed.value;
  switch (message.kind) {
    case 'network':
      return decoded('/network', decodeNetworkIntent(message.network), (value) => ({
        kind: 'network',
        network: value,
      }));
    case 'intent':
      return decoded('/intent', decodeOwnIntent(message.intent), (value) => ({ kind: 'intent', intent: value }));
    case 'withdraw-network': {
      const { kind, networkId: id } = message;
      return isUuid(id) ? ok({ kind, networkId: id }) : invalid('/networkId', 'expected a UUID');
    }
    default:
      return ok(message);
  }
}

function decoded<Intent>(
  at: string,
  result: Result<Intent, IntentProblem>,
  messageOf: (intent: Intent) => ControllerMessage,
): Result<ControllerMessage, FeedProblem> {
  return result.ok ? ok(messageOf(result.value)) : invalid(at, JSON.stringify(result.error));
}

function invalid(at: string, reason: string) {
  return err({ kind: 'invalid-message', at, reason } as const);
}

/** The JSON text of a message to an agent. */
export function encodeControllerMessage(message: ControllerMessage): string {
  if (message.kind === 'network') return encodeNetworkMessage(message.network);
  if (message.kind !== 'intent') return JSON.stringify(message);
  return encodeIntentMessage(ownContent(message.intent), message.intent.revision);
}

/** The message of a port's own intent whose content is encoded already. */
export function encodeIntentMessage(content: string, ofRevision: number): string {
  return `{"kind":"intent","intent":${withRevision(content, ofRevision)}}`;
}

function encodeNetworkMessage(intent: NetworkIntent): string {
  return `{"kind":"network","network":${withRevision(networkContent(intent), intent.revision)}}`;
}
