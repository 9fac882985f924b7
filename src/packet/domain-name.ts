import { type Reader, Writer } from './bytes.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** RFC 1035 §3.1, without compression. Labels are cut to 63 octets; a dot at the end changes nothing. */
export function encodeDomainName(name: string): Uint8Array {
  const writer = new Writer();
  for (const label of name.split('.').filter((text) => text !== '')) {
    const octets = encoder.encode(label).subarray(0, 63);
    writer.u8(octets.length).bytes(octets);
  }
  return writer.u8(0).toBytes();
}

/**
 * Reads names until the bytes end; empty names are padding (RFC 8106 §5.2) and passed over.
 * Undefined for a truncated name or a compression pointer.
 */
export function decodeDomainNames(reader: Reader): readonly string[] | undefined {
  const names: string[] = [];
  while (reader.remaining > 0) {
    const labels: string[] = [];
    for (let length = reader.u8(); length > 0; length = reader.u8()) {
      if (length > 63) return undefined;
      labels.push(decoder.decode(reader.bytes(length)));
    }
    if (reader.truncated) return undefined;
    if (labels.length > 0) names.push(labels.join('.'));
  }
  return names;
}
