import { type Address, type Mac, parseAddress, solicitedNode } from '../ip/index.ts';
import { decodeFrame, icmpv6Frame, multicastMac } from '../packet/index.ts';
import { responder } from './bindings.ts';

/** Frames of neighbour discovery that the first hop sends in the name of a guest, or to one. */

const [unspecified, allNodes] = [constant('::'), constant('ff02::1')];

/** A DAD solicitation: RFC 4862 §5.4.2. For the network, in the name of the guest whose MAC it is from. */
export function detectionFrame(target: Address, sourceMac: Mac): Uint8Array {
  return detectionTo(solicitedNode(target), target, sourceMac);
}

/**
 * The same for the first hop of the owner alone, which asks its guest: sent to all nodes, it is valid for no guest (RFC 4861
 * §7.1.1), and OVN does not answer it in the owner's name.
 */
export function contestFrame(target: Address, sourceMac: Mac): Uint8Array {
  return detectionTo(allNodes, target, sourceMac);
}

function detectionTo(destination: Address, target: Address, sourceMac: Mac): Uint8Array {
  return icmpv6Frame(
    { kind: 'neighbor-solicitation', target, options: [] },
    { source: unspecified, destination, sourceMac, destinationMac: groupMac(destination) },
  );
}

/**
 * Says to all nodes that an address is at a MAC, unasked and to be believed (RFC 4861 §7.2.4 and §7.2.6): defends it against
 * DAD, and announces a guest that has moved (RFC 9131).
 */
export function announcementFrame(target: Address, mac: Mac): Uint8Array {
  return advertisement(target, mac, true);
}

function advertisement(target: Address, mac: Mac, override: boolean): Uint8Array {
  const flags = { router: false, solicited: false, override };
  return icmpv6Frame(
    { kind: 'neighbor-advertisement', ...flags, target, options: [{ kind: 'target-link-layer-address', mac }] },
    { source: target, destination: allNodes, sourceMac: mac, destinationMac: groupMac(allNodes) },
  );
}

/**
 * Tells a guest that an address is somebody else's (RFC 6957 §4.2): at the responder's MAC, as any but its own will do. It does
 * not override, so that a guest that knows its neighbour by that address goes on reaching it (RFC 4861 §7.2.5).
 */
export function denialFrame(target: Address): Uint8Array {
  return advertisement(target, responder.mac, false);
}

/** Asks a guest whether it still has the address: RFC 4861 §7.3.3. */
export function probeFrame(target: Address, guestMac: Mac): Uint8Array {
  const { mac, linkLocal } = responder;
  return icmpv6Frame(
    { kind: 'neighbor-solicitation', target, options: [{ kind: 'source-link-layer-address', mac }] },
    { source: linkLocal, destination: target, sourceMac: mac, destinationMac: guestMac },
  );
}

/** The address that a guest solicits routers from: it uses that one, and may have detected it before anybody listened. */
export function solicitingAddress(frame: Uint8Array): Address | undefined {
  const decoded = decodeFrame(frame);
  if (!decoded.ok || decoded.value.icmpv6?.kind !== 'router-solicitation') return undefined;
  return decoded.value.ipv6?.source;
}

function groupMac(group: Address): Mac {
  const mac = multicastMac(group);
  if (!mac) throw new Error('a group of the first hop is no multicast address');
  return mac;
}

function constant(text: string): Address {
  const address = parseAddress(text);
  if (!address) throw new Error(`${text} is no address`);
  return address;
}
