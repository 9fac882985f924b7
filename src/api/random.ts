import { randomFillSync } from 'node:crypto';

/** Draws many bytes with one call, as each call to the system's generator costs much more than the bytes. */
const pool = Buffer.alloc(8192);
let used = pool.length;

/** A whole number from 0 to `below` - 1, uniform up to 2^-64: 64 bits more than asked for are reduced. */
export function randomBelow(below: bigint): bigint {
  const bytes = Math.ceil(below.toString(16).length / 2) + 8;
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const drawn = pool.toString('hex', used, used + bytes);
  used += bytes;
  return BigInt(`0x${drawn}`) % below;
}
