import { connect, type Socket } from 'node:net';
import { type Clock, exponentialBackoff, type Log, milliseconds, systemClock, type Timer } from '../base/index.ts';
import { Batches } from './batches.ts';
import { decodeError, type OpenFlowError } from './wire/error.ts';
import {
  encodeMessage,
  longestBodyBytes,
  type Message,
  messageSplitter,
  messageType,
  openFlowVersion,
} from './wire/message.ts';
import { decodePacketIn, type PacketIn } from './wire/packet-in.ts';
import { encodePacketAsIfIn, encodePacketOut } from './wire/packet-out.ts';

/** The bridge to connect to, and the callbacks for the session and for packets that flows send to it. */
export interface OpenFlowSessionOptions {
  /** The bridge's management socket, `<rundir>/<bridge>.mgmt`: ovs-vswitchd listens there for every bridge. */
  readonly socketPath: string;
  readonly log: Log;
  readonly clock?: Clock;
  /** Each time the session is up: flows may be gone then, for the switch may be a new process. */
  onUp?(): void;
  onDown?(): void;
  /** Without it, the switch sends no packets. */
  onPacketIn?(packet: PacketIn): void;
}

/** A connection to one bridge that comes back by itself. */
export interface OpenFlowSession {
  readonly isUp: boolean;
  /**
   * Sends a frame out of one port. Answers false, and sends nothing, while the session is down, and when no message can
   * hold the frame (64 KiB).
   */
  packetOut(outPort: number, frame: Uint8Array): boolean;
  /** Has a frame pass the flows as if it had come in by the port. Answers as `packetOut` does. */
  packetAsIfIn(inPort: number, frame: Uint8Array): boolean;
  /**
   * Sends requests that are answered only when they are refused. Resolves once the switch has worked them off, with what
   * it refused; undefined when the session is down, or ends before that.
   */
  sendAll(requests: readonly Request[]): Promise<readonly OpenFlowError[] | undefined>;
  close(): void;
}

/** A message to be sent: its type (ofp_type) and what follows the header. */
export interface Request {
  readonly type: number;
  readonly body: Buffer;
}

/** How long the switch may say nothing before it is asked, and again before it counts as dead. */
const echoInterval = milliseconds(5_000);
const firstRetry = milliseconds(50);
/** Short, as a restarted switch passes nothing until its flows are back. */
const longestRetry = milliseconds(200);
/** Asks for whole packets (OFPCML_NO_BUFFER), or for none. OpenFlow 1.3.5 §7.3.2. */
const [wholePacket, noPacket] = [0xffff, 0];
/** The `nx-match` mode of `ovs-ofctl set-frags`: OFPC_FRAG_NX_MATCH, an extension of Open vSwitch to OpenFlow 1.3.5 §7.3.2. */
const fragmentsNxMatch = 3;

/**
 * Opens an OpenFlow 1.3 session for packet-in and packet-out, and keeps it open until it is closed. As long as it is up,
 * the bridge's flows can match the ports of first fragments.
 */
export function openSession(options: OpenFlowSessionOptions): OpenFlowSession {
  const { socketPath, log, clock = systemClock } = options;
  const backoff = exponentialBackoff({ first: firstRetry, ceiling: longestRetry });
  let connection: Connection | undefined;
  let retry: Timer | undefined;
  let isClosed = false;
  let isKnownDown = false;

  const dial = () => {
    connection = openConnection(options, clock, {
      up: () => {
        backoff.reset();
        isKnownDown = false;
        log.info({ socketPath }, 'openflow: session up');
        options.onUp?.();
      },
      down: (wasUp, reason) => {
        if (isClosed) return;
        // Once per outage: it is tried again five times a second.
        if (!isKnownDown) log.warn({ socketPath, reason }, `openflow: ${wasUp ? 'session lost' : 'no session'}`);
        isKnownDown = true;
        if (wasUp) options.onDown?.();
        retry = clock.after(backoff.next(), dial);
      },
    });
  };
  dial();

  return {
    get isUp() {
      return connection?.isUp() ?? false;
    },
    packetOut: (outPort, frame) => connection?.send(encodePacketOut(outPort, frame)) ?? false,
    packetAsIfIn: (inPort, frame) => connection?.send(encodePacketAsIfIn(inPort, frame)) ?? false,
    sendAll: async (requests) => connection?.sendAll(requests),
    close() {
      isClosed = true;
      retry?.cancel();
      connection?.close('closed');
    },
  };
}

interface Connection {
  isUp(): boolean;
  /** Sends a PACKET_OUT, if the session is up and it fits a message. */
  send(packetOut: Buffer): boolean;
  sendAll: OpenFlowSession['sendAll'];
  close(reason: string): void;
}

interface ConnectionEvents {
  up(): void;
  /** Exactly once. */
  down(wasUp: boolean, reason: string): void;
}

function openConnection(options: OpenFlowSessionOptions, clock: Clock, events: ConnectionEvents): Connection {
  const socket = connect(options.socketPath);
  const splitter = messageSplitter();
  let phase: 'dialling' | 'up' | 'down' = 'dialling';
  let transactionId = 0;
  let isWaitingForEcho = false;
  let echo: Timer | undefined;
  const batches = new Batches();
  const configuration = setConfigBody(options.onPacketIn ? wholePacket : noPacket);

  const send = (type: number, body?: Buffer, id = transactionId++) => {
    socket.write(encodeMessage(type, id, body));
    return id;
  };
  const close = (reason: string) => {
    if (phase === 'down') return;
    const wasUp = phase === 'up';
    phase = 'down';
    echo?.cancel();
    socket.destroy();
    batches.end();
    events.down(wasUp, reason);
  };
  const watch = () => {
    echo = clock.after(echoInterval, () => {
      if (isWaitingForEcho) return close('no echo');
      isWaitingForEcho = true;
      // Again, as another client may write back a configuration that it read before.
      if (phase === 'up') send(messageType.setConfig, configuration);
      send(messageType.echoRequest);
      watch();
    });
  };
  const handle = (message: Message) => {
    isWaitingForEcho = false;
    switch (message.type) {
      case messageType.hello:
        if (message.version < openFlowVersion) return close(`the switch speaks version ${message.version}`);
        send(messageType.setConfig, configuration);
        phase = 'up';
        return events.up();
      case messageType.echoRequest:
        return void send(messageType.echoReply, message.body, message.transactionId);
      case messageType.barrierReply:
        return batches.takeBarrier(message.transactionId);
      case messageType.error: {
        const error = decodeError(message.transactionId, message.body);
        if (!batches.takeError(error)) options.log.error({ ...error }, 'openflow: refused');
        return;
      }
      case messageType.packetIn: {
        const packet = decodePacketIn(message.body);
        return packet ? options.onPacketIn?.(packet) : undefined;
      }
    }
  };

  listen(socket, { open: () => send(messageType.hello), close });
  socket.on('data', (chunk: Buffer) => {
    const messages = splitter.push(chunk);
    if (!messages.ok) return close(messages.error.reason);
    for (const message of messages.value) if (phase !== 'down') handle(message);
  });
  watch();
  return {
    isUp: () => phase === 'up',
    send(packetOut) {
      if (phase !== 'up' || packetOut.length > longestBodyBytes) return false;
      send(messageType.packetOut, packetOut);
      return true;
    },
    async sendAll(requests) {
      if (phase !== 'up') return undefined;
      const ids = requests.map(({ type, body }) => send(type, body));
      return batches.await(ids, send(messageType.barrierRequest));
    },
    close,
  };
}

function listen(socket: Socket, events: { open(): void; close(reason: string): void }): void {
  socket.on('connect', events.open);
  socket.on('error', (error) => events.close(error.message));
  socket.on('close', () => events.close('closed by the switch'));
}

/**
 * SET_CONFIG: first fragments show the fields of their upper layer, as flows of the first hop and of OVN's ACLs
 * expect (the default shows them as 0); asking for packets at all is what turns on packet-ins for a connection to the management socket, which
 * gets none until then.
 */
function setConfigBody(packetBytes: number): Buffer {
  const body = Buffer.alloc(4);
  body.writeUInt16BE(fragmentsNxMatch, 0);
  body.writeUInt16BE(packetBytes, 2);
  return body;
}
