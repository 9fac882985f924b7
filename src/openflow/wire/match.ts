const openFlowBasic = 0x8000;
const inPortField = 0;

/** Finds OXM_OF_IN_PORT among OXM fields. OpenFlow 1.3.5 §7.2.3.2: class 2, field and mask bit 1, length 1, value. */
export function findInPort(fields: Buffer): number | undefined {
  let offset = 0;
  while (offset + 4 <= fields.length) {
    const length = fields.readUInt8(offset + 3);
    const isInPort = fields.readUInt16BE(offset) === openFlowBasic && fields.readUInt8(offset + 2) >> 1 === inPortField;
    if (isInPort && length === 4 && offset + 8 <= fields.length) return fields.readUInt32BE(offset + 4);
    offset += 4 + length;
  }
  return undefined;
}
