const noBuffer = 0xffffffff;
/** OFPP_CONTROLLER: the packet came in by no port, so a flow's `in_port` never takes it for a guest's. */
const fromController = 0xfffffffd;
const outputActionBytes = 16;
const headBytes = 16;

/** OFPP_TABLE: not a port, but the first flow table. */
const throughTables = 0xfffffff9;

/** The body of a PACKET_OUT that sends one frame out of one port, past every table. OpenFlow 1.3.5 §7.3.7. */
export function encodePacketOut(outPort: number, frame: Uint8Array): Buffer {
  return encode(fromController, outPort, frame);
}

/** The body of a PACKET_OUT that has a frame treated as if it had come in by a port. */
export function encodePacketAsIfIn(inPort: number, frame: Uint8Array): Buffer {
  return encode(inPort, throughTables, frame);
}

function encode(inPort: number, outPort: number, frame: Uint8Array): Buffer {
  const body = Buffer.alloc(headBytes + outputActionBytes + frame.length);
  body.writeUInt32BE(noBuffer, 0);
  body.writeUInt32BE(inPort, 4);
  body.writeUInt16BE(outputActionBytes, 8);
  writeOutputAction(body.subarray(headBytes), outPort);
  body.set(frame, headBytes + outputActionBytes);
  return body;
}

/** OFPAT_OUTPUT, §7.2.5: type 0, length 16, port, max_len (of no use here), padding. */
function writeOutputAction(action: Buffer, port: number): void {
  action.writeUInt16BE(0, 0);
  action.writeUInt16BE(outputActionBytes, 2);
  action.writeUInt32BE(port, 4);
}
