import { WebSocket } from 'ws';
import { type Clock, exponentialBackoff, type Log, milliseconds, type Timer } from '../base/index.ts';
import {
  type AgentMessage,
  type ControllerMessage,
  closeCodes,
  encodeAgentMessage,
  feedHeaders,
  feedPath,
  heartbeatInterval,
  parseControllerMessage,
  silenceLimit,
} from '../feed/index.ts';

/** Where a controller listens: `http://host:port`, `https://..`, or `unix:/path.sock`. */
export type ControllerEndpoint = string;

/** The controllers to try, the agent's credentials, and the callbacks for sessions and messages. */
export interface FeedClientOptions {
  /** Tried in turn. */
  readonly controllers: readonly ControllerEndpoint[];
  readonly host: string;
  readonly token: string;
  readonly log: Log;
  readonly clock: Clock;
  /** A session begins: say hello. */
  onUp(): void;
  onMessage(message: ControllerMessage): void;
}

/** The agent's end of the feed. It comes back by itself. */
export interface FeedClient {
  readonly isUp: boolean;
  /** Says nothing while the session is down: whoever speaks repeats the whole state on `onUp`. */
  send(message: AgentMessage): void;
  close(): void;
}

const firstRetry = milliseconds(100);
const longestRetry = milliseconds(2_000);
const handshakeTimeout = milliseconds(5_000);

/**
 * Dials the controllers in turn until one answers, and again whenever the session ends, with growing pauses up to 2
 * s.
 */
export function openFeed(options: FeedClientOptions): FeedClient {
  const { controllers, clock, log } = options;
  const backoff = exponentialBackoff({ first: firstRetry, ceiling: longestRetry });
  let session: Session | undefined;
  let retry: Timer | undefined;
  let attempt = 0;
  let isClosed = false;
  let isKnownDown = false;

  const dial = () => {
    const controller = controllers[attempt++ % controllers.length] ?? '';
    session = openFeedSession(controller, options, {
      up() {
        log.info({ controller }, 'feed: session up');
        isKnownDown = false;
        options.onUp();
      },
      heard: () => backoff.reset(), // and not on `up`: a controller that refuses us would be asked again at once
      down(reason) {
        session = undefined;
        if (isClosed) return;
        log[isKnownDown ? 'debug' : 'warn']({ controller, reason }, 'feed: no session; what is known goes on');
        isKnownDown = true;
        retry = clock.after(backoff.next(), dial);
      },
    });
  };
  dial();

  return {
    get isUp() {
      return session?.isUp() ?? false;
    },
    send: (message) => session?.send(message),
    close() {
      isClosed = true;
      retry?.cancel();
      session?.close(1000);
    },
  };
}

interface Session {
  isUp(): boolean;
  send(message: AgentMessage): void;
  close(code: number): void;
}

interface SessionEvents {
  up(): void;
  /** The controller said something that makes sense. */
  heard(): void;
  /** Exactly once. */
  down(reason: string): void;
}

function openFeedSession(controller: ControllerEndpoint, options: FeedClientOptions, events: SessionEvents): Session {
  const { host, token, log, clock } = options;
  const socket = new WebSocket(feedUrl(controller), {
    headers: feedHeaders(host, token),
    handshakeTimeout,
    perMessageDeflate: false,
  });
  let isDown = false;
  let lastHeard = clock.now();
  let beat: Timer | undefined;
  const down = (reason: string) => {
    if (isDown) return;
    isDown = true;
    beat?.cancel();
    socket.terminate();
    events.down(reason);
  };
  const isUp = () => !isDown && socket.readyState === WebSocket.OPEN;
  const send = (message: AgentMessage) => {
    if (isUp()) socket.send(encodeAgentMessage(message));
  };
  const heartbeat = () => {
    if (clock.now() - lastHeard > silenceLimit) return down('silence');
    send({ kind: 'heartbeat' });
    socket.ping();
    beat = clock.after(heartbeatInterval, heartbeat);
  };
  const hear = () => {
    lastHeard = clock.now();
  };
  socket.on('open', () => {
    hear();
    events.up();
    beat = clock.after(heartbeatInterval, heartbeat);
  });
  socket.on('pong', hear);
  socket.on('message', (data) => {
    hear();
    const message = parseControllerMessage(String(data));
    if (message.ok) {
      events.heard();
      return options.onMessage(message.value);
    }
    log.error({ ...message.error }, 'feed: the controller sent what is no message');
    socket.close(closeCodes.protocolViolation, message.error.reason.slice(0, 100));
  });
  socket.on('close', (code, reason) => down(`closed with ${code} ${reason.toString('utf8')}`));
  socket.on('error', (error) => down(error.message));
  return { isUp, send, close: (code) => socket.close(code) };
}

/** `unix:/run/x.sock` in the form of the ws library, `ws+unix:/run/x.sock:/agent-feed`; `http` becomes `ws`. */
function feedUrl(controller: ControllerEndpoint): string {
  if (controller.startsWith('unix:')) return `ws+unix:${controller.slice('unix:'.length)}:${feedPath}`;
  return new URL(feedPath, controller.replace(/^http/, 'ws')).href;
}
