import {
  type Address,
  addressBytes,
  addressFromBytes,
  type Mac,
  macBytes,
  macFromBytes,
  parseMac,
} from '../ip/index.ts';

const NO_BYTES = new Uint8Array(0);
const NO_MAC = parseMac('00:00:00:00:00:00') as Mac;

/**
 * Reads in network byte order. Reading past the end yields zeros and sets `truncated`, so that a decoder reads straight
 * through and asks once, at its end; no hostile length makes it throw or run on.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  #offset = 0;
  #truncated = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get truncated(): boolean {
    return this.#truncated;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  u8(): number {
    return this.#number(1);
  }

  u16(): number {
    return this.#number(2);
  }

  u32(): number {
    return this.#number(4);
  }

  bytes(length: number): Uint8Array {
    if (length < 0 || length > this.remaining) {
      this.#truncated = true;
      this.#offset = this.#bytes.length;
      return NO_BYTES;
    }
    this.#offset += length;
    return this.#bytes.subarray(this.#offset - length, this.#offset);
  }

  rest(): Uint8Array {
    return this.bytes(this.remaining);
  }

  ipv6(): Address {
    return addressFromBytes(this.bytes(16)) ?? { family: 6, value: 0n };
  }

  ipv4(): Address {
    return addressFromBytes(this.bytes(4)) ?? { family: 4, value: 0n };
  }

  mac(): Mac {
    return macFromBytes(this.bytes(6)) ?? NO_MAC;
  }

  #number(width: number): number {
    let value = 0;
    for (const byte of this.bytes(width)) value = value * 256 + byte;
    return value;
  }
}

/** Writes in network byte order; every method returns the writer. Numbers are cut to the width of the field. */
export class Writer {
  #bytes = new Uint8Array(128);
  #length = 0;

  u8(value: number): this {
    return this.#number(value, 1);
  }

  u16(value: number): this {
    return this.#number(value, 2);
  }

  u32(value: number): this {
    return this.#number(value, 4);
  }

  bytes(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  zeros(count: number): this {
    return this.bytes(new Uint8Array(count));
  }

  address(address: Address): this {
    return this.bytes(addressBytes(address));
  }

  mac(mac: Mac): this {
    return this.bytes(macBytes(mac));
  }

  toBytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #number(value: number, width: number): this {
    this.#reserve(width);
    for (let shift = (width - 1) * 8; shift >= 0; shift -= 8) {
      this.#bytes[this.#length++] = Math.floor(value / 2 ** shift) & 255;
    }
    return this;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Whether two byte strings have the same length and octets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
