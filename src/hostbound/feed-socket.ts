import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** The controller's end of a WebSocket, as far as a session needs it. */
export interface FeedSocket {
  /** Bytes that were sent and are still here, as the peer has not read them. */
  readonly unreadBytes: number;
  send(frame: string): void;
  /** What is sent meanwhile leaves in one piece: a system call costs more than a frame. */
  together(sending: () => void): void;
  /** Runs once, when all that was sent has left. */
  onceRead(listener: () => void): void;
  /** While paused, nothing more is received: the peer has to wait. */
  pause(): void;
  resume(): void;
  /** Asks the peer to close. */
  close(code: number, reason: string): void;
  /** Ends the connection at once, with all that is still unread. */
  terminate(): void;
}

/** `connection` is what the WebSocket runs over. */
export function feedSocket(socket: WebSocket, connection: Socket): FeedSocket {
  return {
    get unreadBytes() {
      return socket.bufferedAmount;
    },
    send: (frame) => socket.send(frame),
    together(sending) {
      connection.cork();
      try {
        sending();
      } finally {
        connection.uncork();
      }
    },
    onceRead: (listener) => connection.once('drain', listener),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
}
