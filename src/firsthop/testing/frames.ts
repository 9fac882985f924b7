import { type Address, linkLocalFromMac, type Mac, parseAddress } from '../../ip/index.ts';
import {
  type ExtensionHeader,
  type Icmpv6Message,
  type Ipv6Packet,
  icmpv6Packet,
  ipv6Frame,
  multicastMac,
  type NdOption,
  type RouterAdvertisement,
} from '../../packet/index.ts';
import { aMac, anAddress } from './intents.ts';

/** Frames as a guest, honest or not, sends them. */

export const guestMac = aMac('fa:16:3e:00:00:01');
export const guestLinkLocal = linkLocalFromMac(guestMac);
export const fixedAddress = anAddress('2001:db8:0:1::5');
export const allNodes = anAddress('ff02::1');
const strangerMac = aMac('fa:16:3e:00:00:99');

export interface Envelope {
  readonly source?: Address;
  readonly destination?: Address;
  readonly sourceMac?: Mac;
  readonly extensionHeaders?: readonly ExtensionHeader[];
}

export function packet(message: Icmpv6Message, envelope: Envelope = {}): Ipv6Packet {
  const { source = guestLinkLocal, destination = allNodes, extensionHeaders = [] } = envelope;
  return icmpv6Packet(message, { source, destination }, { extensionHeaders });
}

export function frameOf(ipv6: Ipv6Packet, sourceMac: Mac = guestMac): Uint8Array {
  return ipv6Frame(ipv6, { sourceMac, destinationMac: multicastMac(ipv6.destination) ?? strangerMac });
}

export function icmpFrame(message: Icmpv6Message, envelope: Envelope = {}): Uint8Array {
  return frameOf(packet(message, envelope), envelope.sourceMac);
}

/** The solicitation of duplicate address detection (RFC 4862 §5.4.2). */
export function dadFrame(target: string, options: readonly NdOption[] = []): Uint8Array {
  const message = { kind: 'neighbor-solicitation', target: anAddress(target), options } as const;
  return icmpFrame(message, { source: anAddress('::') });
}

export function advertisementFrame(target: string, options: readonly NdOption[], envelope?: Envelope): Uint8Array {
  const flags = { router: false, solicited: false, override: true };
  return icmpFrame({ kind: 'neighbor-advertisement', ...flags, target: anAddress(target), options }, envelope);
}

export function echoFrom(source: string, sourceMac: Mac = guestMac): Uint8Array {
  const address = parseAddress(source) ?? guestLinkLocal;
  const message = { kind: 'echo-request', identifier: 1, sequence: 1, data: new Uint8Array(8) } as const;
  return icmpFrame(message, { source: address, destination: anAddress('2001:db8:0:1::99'), sourceMac });
}

export const rogueAdvertisement: RouterAdvertisement = {
  kind: 'router-advertisement',
  hopLimit: 64,
  managed: false,
  otherConfiguration: false,
  preference: 'high',
  routerLifetimeSeconds: 1800,
  reachableTimeMilliseconds: 0,
  retransmitTimerMilliseconds: 0,
  options: [{ kind: 'source-link-layer-address', mac: guestMac }],
};
