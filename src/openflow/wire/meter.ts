/** A meter that drops packets above a rate. OpenFlow 1.3.5 §5.7. */
export interface Meter {
  readonly id: number;
  readonly packetsPerSecond: number;
  /** Packets that may come at once before the rate counts. */
  readonly burst: number;
}

/** ofp_meter_mod_command, §7.3.4.4. */
const commands = { add: 0, modify: 1, delete: 2 } as const;
/** OFPMF_PKTPS and OFPMF_BURST. */
const packetsWithBurst = 0b0110;
const headBytes = 8;
/** OFPMBT_DROP: type 1, length 16, rate, burst, padding. */
const dropBand = { type: 1, bytes: 16 } as const;

/** The body of a METER_MOD. OpenFlow 1.3.5 §7.3.4.4. */
export function encodeMeter(command: 'add' | 'modify', { id, packetsPerSecond, burst }: Meter): Buffer {
  const body = Buffer.alloc(headBytes + dropBand.bytes);
  body.writeUInt16BE(commands[command], 0);
  body.writeUInt16BE(packetsWithBurst, 2);
  body.writeUInt32BE(id, 4);
  body.writeUInt16BE(dropBand.type, headBytes);
  body.writeUInt16BE(dropBand.bytes, headBytes + 2);
  body.writeUInt32BE(packetsPerSecond, headBytes + 4);
  body.writeUInt32BE(burst, headBytes + 8);
  return body;
}

/** The body of a METER_MOD that takes a meter away; the switch takes the flows that use it away too. */
export function encodeMeterRemoval(id: number): Buffer {
  const body = Buffer.alloc(headBytes);
  body.writeUInt16BE(commands.delete, 0);
  body.writeUInt32BE(id, 4);
  return body;
}
