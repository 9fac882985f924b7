import { err, ok, type Result } from '../base/index.ts';
import type { Reader } from './bytes.ts';

/** Why bytes are not a packet. Senders choose what we decode, so this is an expected outcome, never a throw. */
export interface PacketProblem {
  readonly kind: 'truncated' | 'malformed' | 'bad-checksum';
  /** The header or option at fault. */
  readonly part: string;
}

/** A decoded packet, or the reason why the octets are not one. */
export type Decoded<T> = Result<T, PacketProblem>;

/** The octets end before the part does. */
export function truncated(part: string): Decoded<never> {
  return err({ kind: 'truncated', part });
}

/** The part breaks the rules of its protocol. */
export function malformed(part: string): Decoded<never> {
  return err({ kind: 'malformed', part });
}

/** The part's checksum does not fit its octets. */
export function badChecksum(part: string): Decoded<never> {
  return err({ kind: 'bad-checksum', part });
}

/** The value, if the reader never ran past its end. */
export function unlessTruncated<T>(reader: Reader, part: string, value: T): Decoded<T> {
  return reader.truncated ? truncated(part) : ok(value);
}
