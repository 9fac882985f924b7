import { err, ok, type Result } from '../../base/index.ts';

/** OpenFlow 1.3, OpenFlow Switch Specification 1.3.5 §7.1 (header). */
export const openFlowVersion = 0x04;

/** ofp_type, §7.1.1: the ones that this session speaks. */
export const messageType = {
  hello: 0,
  error: 1,
  echoRequest: 2,
  echoReply: 3,
  setConfig: 9,
  packetIn: 10,
  packetOut: 13,
  barrierRequest: 20,
  barrierReply: 21,
  meterMod: 29,
} as const;

const headerBytes = 8;
/** The header's length field has 16 bits and counts the header too. */
export const longestBodyBytes = 0xffff - headerBytes;

/** One OpenFlow message: its header's fields, and what follows the header. */
export interface Message {
  readonly version: number;
  readonly type: number;
  readonly transactionId: number;
  readonly body: Buffer;
}

/** A whole message, header included. The body may have up to {@link longestBodyBytes} bytes. */
export function encodeMessage(type: number, transactionId: number, body: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.allocUnsafe(headerBytes);
  header.writeUInt8(openFlowVersion, 0);
  header.writeUInt8(type, 1);
  header.writeUInt16BE(headerBytes + body.length, 2);
  header.writeUInt32BE(transactionId >>> 0, 4);
  return Buffer.concat([header, body]);
}

/** Cuts a byte stream into messages. After a problem the stream is lost: close it. */
export interface MessageSplitter {
  push(chunk: Buffer): Result<readonly Message[], MalformedMessage>;
}

/** The peer sent something that is no OpenFlow: the stream cannot be read any further. */
export interface MalformedMessage {
  readonly kind: 'malformed-message';
  readonly reason: string;
}

/** Makes a splitter for one stream, which holds back the beginning of a message until the rest has come. */
export function messageSplitter(): MessageSplitter {
  let pending: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      const messages: Message[] = [];
      while (pending.length >= headerBytes) {
        const length = pending.readUInt16BE(2);
        if (length < headerBytes)
          return err({ kind: 'malformed-message', reason: `length ${length} below the header's` });
        if (pending.length < length) break;
        messages.push(decodeMessage(pending.subarray(0, length)));
        pending = pending.subarray(length);
      }
      return ok(messages);
    },
  };
}

function decodeMessage(bytes: Buffer): Message {
  return {
    version: bytes.readUInt8(0),
    type: bytes.readUInt8(1),
    transactionId: bytes.readUInt32BE(4),
    body: bytes.subarray(headerBytes),
  };
}
