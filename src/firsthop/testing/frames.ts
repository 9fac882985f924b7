import { type Address, linkLocalFromMac, type Mac, parseAddress, solicitedNode } from '../../ip/index.ts';
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
/** The link-local address that the guest forms from its MAC. */
export const guestLinkLocal = linkLocalFromMac(guestMac);
/** The address that the guest's port has by its intent. */
export const fixedAddress = anAddress('2001:db8:0:1::5');
/** The all-nodes group, ff02::1 (RFC 4291 §2.7.1). */
export const allNodes = anAddress('ff02::1');
const strangerMac = aMac('fa:16:3e:00:00:99');

/** The headers around a message. By default the guest sends it from its link-local address to all nodes. */
export interface Envelope {
  readonly source?: Address;
  readonly destination?: Address;
  readonly sourceMac?: Mac;
  /** Unset: the group's, or a stranger's. */
  readonly destinationMac?: Mac;
  readonly hopLimit?: number;
  readonly extensionHeaders?: readonly ExtensionHeader[];
}

/** An IPv6 packet around an ICMPv6 message. */
export function packet(message: Icmpv6Message, envelope: Envelope = {}): Ipv6Packet {
  const { source = guestLinkLocal, destination = allNodes, hopLimit, extensionHeaders = [] } = envelope;
  return icmpv6Packet(
    message,
    { source, destination },
    { extensionHeaders, ...(hopLimit !== undefined && { hopLimit }) },
  );
}

/** The frame around an IPv6 packet. It goes to the group's MAC, or a stranger's for a unicast address. */
export function frameOf(ipv6: Ipv6Packet, macs: Pick<Envelope, 'sourceMac' | 'destinationMac'> = {}): Uint8Array {
  const { sourceMac = guestMac, destinationMac = multicastMac(ipv6.destination) ?? strangerMac } = macs;
  return ipv6Frame(ipv6, { sourceMac, destinationMac });
}

/** A whole frame around an ICMPv6 message. */
export function icmpFrame(message: Icmpv6Message, envelope: Envelope = {}): Uint8Array {
  return frameOf(packet(message, envelope), envelope);
}

/** The solicitation of duplicate address detection (RFC 4862 §5.4.2). */
export function dadFrame(target: string, envelope: Envelope = {}, options: readonly NdOption[] = []): Uint8Array {
  const address = anAddress(target);
  const message = { kind: 'neighbor-solicitation', target: address, options } as const;
  return icmpFrame(message, { source: anAddress('::'), destination: solicitedNode(address), ...envelope });
}

/** An unsolicited neighbor advertisement for an address, which overrides what its receivers know. */
export function advertisementFrame(target: string, options: readonly NdOption[], envelope?: Envelope): Uint8Array {
  const flags = { router: false, solicited: false, override: true };
  return icmpFrame({ kind: 'neighbor-advertisement', ...flags, target: anAddress(target), options }, envelope);
}

/** A ping from an address, by the guest unless another MAC is given. */
export function echoFrom(source: string, sourceMac: Mac = guestMac): Uint8Array {
  const address = parseAddress(source) ?? guestLinkLocal;
  const message = { kind: 'echo-request', identifier: 1, sequence: 1, data: new Uint8Array(8) } as const;
  return icmpFrame(message, { source: address, destination: anAddress('2001:db8:0:1::99'), sourceMac });
}

/** A router advertisement of high preference, as a guest that wants its neighbours' traffic sends it. */
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
