import { findInPort } from './match.ts';

/** A packet that a flow's `controller` action sent here. OpenFlow 1.3.5 §7.4.1. */
export interface PacketIn {
  /** Of the flow that sent it. */
  readonly cookie: bigint;
  readonly table: number;
  /** The OpenFlow port that it came in by. */
  readonly inPort: number;
  /** The Ethernet frame, from its destination address on. */
  readonly frame: Buffer;
}

/** Bytes before the match: buffer_id 4, total_len 2, reason 1, table_id 1, cookie 8. */
const fixedBytes = 16;
const paddingBytes = 2;

/** Takes a PACKET_IN's body apart; undefined when it is cut short or names no port. */
export function decodePacketIn(body: Buffer): PacketIn | undefined {
  if (body.length < fixedBytes + 8) return undefined;
  const matchLength = body.readUInt16BE(fixedBytes + 2);
  const frameStart = fixedBytes + Math.ceil(matchLength / 8) * 8 + paddingBytes;
  if (body.length < frameStart) return undefined;
  const inPort = findInPort(body.subarray(fixedBytes + 4, fixedBytes + matchLength));
  if (inPort === undefined) return undefined;
  return {
    cookie: body.readBigUInt64BE(8),
    table: body.readUInt8(7),
    inPort,
    frame: body.subarray(frameStart),
  };
}
