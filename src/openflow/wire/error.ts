/** An error message from the switch. OpenFlow 1.3.5 §7.4.4. */
export interface OpenFlowError {
  readonly type: number;
  readonly code: number;
  /** Transaction id of the message that was refused. */
  readonly transactionId: number;
}

/** Reads an error message (OpenFlow 1.3.5 §7.4.4). Type and code are -1 where the body is too short. */
export function decodeError(transactionId: number, body: Buffer): OpenFlowError {
  const isWhole = body.length >= 4;
  return { type: isWhole ? body.readUInt16BE(0) : -1, code: isWhole ? body.readUInt16BE(2) : -1, transactionId };
}
