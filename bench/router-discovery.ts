import type { CapturedFrame } from '../gaps/lab/index.ts';
import { linkLocalFromMac, parseAddress, parseMac } from '../src/ip/index.ts';
import { decodeFrame, type Icmpv6Message, icmpv6Frame, multicastMac } from '../src/packet/index.ts';

/** A solicitation of all routers (RFC 4861 §4.1), as the guest with this MAC sends it. */
export function routerSolicitation(mac: string): Uint8Array {
  const sourceMac = parseMac(mac);
  const destination = parseAddress('ff02::2');
  const destinationMac = destination && multicastMac(destination);
  if (!sourceMac || !destinationMac) throw new Error(`not a MAC address: ${mac}`);
  const addresses = { sourceMac, destinationMac, source: linkLocalFromMac(sourceMac), destination };
  return icmpv6Frame({ kind: 'router-solicitation', options: [] }, addresses);
}

/** Whether a captured frame is a router solicitation (RFC 4861 §4.1). */
export function isRouterSolicitation(frame: CapturedFrame): boolean {
  return kindOf(frame) === 'router-solicitation';
}

/** Whether a captured frame is a router advertisement (RFC 4861 §4.2). */
export function isRouterAdvertisement(frame: CapturedFrame): boolean {
  return kindOf(frame) === 'router-advertisement';
}

function kindOf(frame: CapturedFrame): Icmpv6Message['kind'] | undefined {
  const decoded = decodeFrame(frame.bytes);
  return decoded.ok ? decoded.value.icmpv6?.kind : undefined;
}
