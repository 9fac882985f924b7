import { decodeEthernet, decodeIpv4, decodeIpv6, etherTypes, protocols } from '../../src/packet/index.ts';
import type { CapturedFrame, UnderlayFamily } from '../contract.ts';

/** The outside of a packet between hosts. */
export interface TunnelPacket {
  readonly family: UnderlayFamily;
  readonly protocol: 'geneve' | 'vxlan' | 'gre';
  /** VNI, or GRE key. */
  readonly segmentationId: number;
}

const geneve = 6081;
const vxlan = 4789;
const gre = 47;

/** Undefined for a frame that is no tunnel's. Sources: RFC 8926 §3, RFC 7348 §5, RFC 2890 §2. */
export function readTunnelPacket({ bytes }: CapturedFrame): TunnelPacket | undefined {
  const outer = readOuter(bytes);
  if (!outer) return undefined;
  const { family, protocol, payload } = outer;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (protocol === gre && payload.length >= 8) return { family, protocol: 'gre', segmentationId: view.getUint32(4) };
  if (protocol !== protocols.udp || payload.length < 16) return undefined;
  // Both have the identifier in the upper 24 bits of the second word behind the UDP header.
  const segmentationId = view.getUint32(12) >>> 8;
  const port = view.getUint16(2);
  if (port === geneve) return { family, protocol: 'geneve', segmentationId };
  return port === vxlan ? { family, protocol: 'vxlan', segmentationId } : undefined;
}

function readOuter(bytes: Uint8Array) {
  const ethernet = decodeEthernet(bytes);
  if (!ethernet.ok) return undefined;
  const { etherType, payload } = ethernet.value;
  if (etherType === etherTypes.ipv6) {
    const packet = decodeIpv6(payload);
    return packet.ok ? { family: 6 as const, ...packet.value } : undefined;
  }
  if (etherType !== etherTypes.ipv4) return undefined;
  const packet = decodeIpv4(payload);
  return packet.ok ? { family: 4 as const, ...packet.value } : undefined;
}
