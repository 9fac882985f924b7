import type { Address } from '../ip/index.ts';
import { Reader, Writer } from './bytes.ts';

/** Multicast Listener Discovery: version 1 (RFC 2710 §3) and version 2 (RFC 3810 §5). */
export type MldMessage =
  | { readonly kind: 'mld-query'; readonly maximumResponseDelayMilliseconds: number; readonly group: Address }
  | MldV2Query
  | { readonly kind: 'mld-report'; readonly group: Address }
  | { readonly kind: 'mld-done'; readonly group: Address }
  | { readonly kind: 'mldv2-report'; readonly records: readonly MulticastAddressRecord[] };

/** A query for listeners in its second version (RFC 3810 §5.1). */
export interface MldV2Query {
  readonly kind: 'mldv2-query';
  /** RFC 3810 §5.1.3: milliseconds below 32768, a floating-point form above. */
  readonly maximumResponseCode: number;
  readonly group: Address;
  readonly suppressRouterProcessing: boolean;
  readonly robustness: number;
  readonly queryIntervalCode: number;
  readonly sources: readonly Address[];
}

/** RFC 3810 §5.2.5: 1 and 2 are the current state, 3 and 4 a change of mode, 5 and 6 of sources. */
export interface MulticastAddressRecord {
  readonly type: number;
  readonly group: Address;
  readonly sources: readonly Address[];
}

/** The ICMPv6 types of MLD (RFC 2710 §3.1, RFC 3810 §5.2). */
export const mldTypes = { query: 130, report: 131, done: 132, v2Report: 143 } as const;

/** Whether an ICMPv6 type is one of MLD. */
export function isMldType(type: number): boolean {
  return type === 130 || type === 131 || type === 132 || type === 143;
}

/** The ICMPv6 type and what follows the checksum. */
export function encodeMld(message: MldMessage): { readonly type: number; readonly body: Uint8Array } {
  const writer = new Writer();
  switch (message.kind) {
    case 'mld-query':
      writer.u16(message.maximumResponseDelayMilliseconds).u16(0).address(message.group);
      return { type: mldTypes.query, body: writer.toBytes() };
    case 'mldv2-query':
      return { type: mldTypes.query, body: encodeV2Query(message) };
    case 'mld-report':
      return { type: mldTypes.report, body: writer.u32(0).address(message.group).toBytes() };
    case 'mld-done':
      return { type: mldTypes.done, body: writer.u32(0).address(message.group).toBytes() };
    case 'mldv2-report':
      writer.u16(0).u16(message.records.length);
      for (const record of message.records) writeRecord(writer, record);
      return { type: mldTypes.v2Report, body: writer.toBytes() };
  }
}

/** Undefined when the body is truncated. A query of 20 octets is of version 1 (RFC 3810 §8.1). */
export function decodeMld(type: number, body: Uint8Array): MldMessage | undefined {
  const reader = new Reader(body);
  const message = type === mldTypes.v2Report ? readV2Report(reader) : readGroupMessage(type, reader);
  return reader.truncated ? undefined : message;
}

function encodeV2Query(query: MldV2Query): Uint8Array {
  const writer = new Writer()
    .u16(query.maximumResponseCode)
    .u16(0)
    .address(query.group)
    .u8((query.suppressRouterProcessing ? 8 : 0) | (query.robustness & 7))
    .u8(query.queryIntervalCode)
    .u16(query.sources.length);
  for (const source of query.sources) writer.address(source);
  return writer.toBytes();
}

function writeRecord(writer: Writer, { type, group, sources }: MulticastAddressRecord): void {
  writer.u8(type).u8(0).u16(sources.length).address(group);
  for (const source of sources) writer.address(source);
}

function readGroupMessage(type: number, reader: Reader): MldMessage {
  const code = reader.u16();
  reader.u16();
  const group = reader.ipv6();
  if (type === mldTypes.report) return { kind: 'mld-report', group };
  if (type === mldTypes.done) return { kind: 'mld-done', group };
  if (reader.remaining < 4) return { kind: 'mld-query', maximumResponseDelayMilliseconds: code, group };
  const flags = reader.u8();
  return {
    kind: 'mldv2-query',
    maximumResponseCode: code,
    group,
    suppressRouterProcessing: (flags & 8) !== 0,
    robustness: flags & 7,
    queryIntervalCode: reader.u8(),
    sources: readAddresses(reader, reader.u16()),
  };
}

function readV2Report(reader: Reader): MldMessage {
  reader.u16();
  const count = reader.u16();
  const records: MulticastAddressRecord[] = [];
  for (let i = 0; i < count && !reader.truncated; i++) {
    const type = reader.u8();
    const auxiliaryWords = reader.u8();
    const sources = reader.u16();
    const group = reader.ipv6();
    records.push({ type, group, sources: readAddresses(reader, sources) });
    reader.bytes(auxiliaryWords * 4);
  }
  return { kind: 'mldv2-report', records };
}

function readAddresses(reader: Reader, count: number): Address[] {
  const addresses: Address[] = [];
  for (let i = 0; i < count && !reader.truncated; i++) addresses.push(reader.ipv6());
  return addresses;
}
