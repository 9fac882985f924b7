import { type Address, isLinkLocal, isUnspecified, type Mac, parseAddress } from '../ip/index.ts';
import {
  type DecodedFrame,
  type Dhcpv6Message,
  decodeDhcpv4,
  decodeDhcpv6,
  decodeFrame,
  dhcpv4Ports,
  dhcpv6Ports,
  encodeDhcpv4,
  encodeDhcpv6,
  udpFrame,
} from '../packet/index.ts';
import { responder } from './bindings.ts';
import { answerDhcpv4 } from './dhcpv4-server.ts';
import { answerDhcpv6 } from './dhcpv6-server.ts';
import type { PortIntent } from './intent.ts';
import type { LeaseEvent } from './lease.ts';
import { advertisementFrames } from './router-advertisement.ts';

/** What the first hop says to one packet of a guest. */
export interface GuestAnswer {
  /** To be sent out of the guest's port, and no other. */
  readonly frames: readonly Uint8Array[];
  readonly leases: readonly LeaseEvent[];
}

const silence: GuestAnswer = { frames: [], leases: [] };
const limitedBroadcast = parseAddress('255.255.255.255');

/**
 * Answers a Router Solicitation, a DHCPv6 or a DHCPv4 request. Whatever is malformed, neither, or longer than the link
 * carries is met with silence; a switch takes frames of 64 KiB from a guest whose interface segments for itself.
 */
export function answerGuest(intent: PortIntent, bytes: Uint8Array): GuestAnswer {
  if (bytes.length > longestFrame(intent)) return silence;
  const decoded = decodeFrame(bytes);
  if (!decoded.ok || !intent.adminStateUp) return silence;
  const frame = decoded.value;
  if (frame.icmpv6?.kind === 'router-solicitation') return answerSolicitation(intent, frame);
  if (frame.udp?.destinationPort === dhcpv6Ports.server && frame.ipv6)
    return answerSix(intent, frame, frame.ipv6.source);
  if (frame.udp?.destinationPort === dhcpv4Ports.server && frame.ipv4) return answerFour(intent, frame);
  return silence;
}

/** RFC 4861 §6.1.1: hop limit 255, and no link-layer option from an unspecified source. */
function answerSolicitation(intent: PortIntent, { ethernet, ipv6, icmpv6 }: DecodedFrame): GuestAnswer {
  if (ipv6?.hopLimit !== 255 || icmpv6?.kind !== 'router-solicitation') return silence;
  const isNamed = icmpv6.options.some((option) => option.kind === 'source-link-layer-address');
  if (isUnspecified(ipv6.source) && isNamed) return silence;
  return { frames: advertisementFrames(intent, ethernet.source), leases: [] };
}

function answerSix(intent: PortIntent, { ethernet, udp }: DecodedFrame, client: Address): GuestAnswer {
  const request = udp && decodeDhcpv6(udp.payload);
  if (!request?.ok || !isLinkLocal(client)) return silence;
  const macs = { sourceMac: responder.mac, destinationMac: ethernet.source };
  const served = askedBy(intent, ethernet.source);
  const frameOf = (reply: Dhcpv6Message) =>
    udpFrame(
      { sourcePort: dhcpv6Ports.server, destinationPort: dhcpv6Ports.client, payload: encodeDhcpv6(reply) },
      { ...macs, source: responder.linkLocal, destination: client },
    );
  let mostAddresses = countAddresses(request.value) + served.fixedAddresses.length;
  while (mostAddresses >= 0) {
    const answer = answerDhcpv6(served, request.value, mostAddresses);
    if (!answer) return silence;
    const frame = frameOf(answer.reply);
    const excess = frame.length - longestFrame(intent);
    if (excess <= 0) return { frames: [frame], leases: answer.leases };
    mostAddresses = countAddresses(answer.reply) - Math.ceil(excess / addressOptionBytes);
  }
  // Not even without addresses: nobody would receive it whole.
  return silence;
}

/** An IA Address without options of its own (RFC 8415 §21.6). */
const addressOptionBytes = 28;

function countAddresses({ options }: Dhcpv6Message): number {
  return options.flatMap((option) => (option.kind === 'ia-na' ? option.options : [])).length;
}

/**
 * The port as one of its MACs is served by DHCP. Its addresses are those of its own MAC: to another one, of a nested guest or
 * an address pair, each would be a duplicate.
 */
function askedBy(intent: PortIntent, ...macs: readonly Mac[]): PortIntent {
  return macs.every((mac) => mac === intent.mac) ? intent : { ...intent, fixedAddresses: [] };
}

/** To the client's address when it has one, else to all, but in a frame to the client alone (RFC 2131 §4.1). */
function answerFour(intent: PortIntent, { ethernet, udp }: DecodedFrame): GuestAnswer {
  const request = udp && decodeDhcpv4(udp.payload);
  if (!request?.ok || !limitedBroadcast) return silence;
  const answer = answerDhcpv4(askedBy(intent, ethernet.source, request.value.clientMac), request.value);
  if (!answer) return silence;
  const { reply, server, leases } = answer;
  if (!reply) return { frames: [], leases };
  const destination = isUnspecified(reply.clientAddress) ? limitedBroadcast : reply.clientAddress;
  const frame = udpFrame(
    { sourcePort: dhcpv4Ports.server, destinationPort: dhcpv4Ports.client, payload: encodeDhcpv4(reply) },
    { sourceMac: responder.mac, destinationMac: ethernet.source, source: server, destination },
  );
  return { frames: [frame], leases };
}

const ethernetHeaderBytes = 14;
/** RFC 8200 §5: what every link of IPv6 carries, so that a smaller MTU of the network's never silences DHCP. */
const leastMtuBytes = 1280;

function longestFrame({ mtuBytes }: PortIntent): number {
  return ethernetHeaderBytes + Math.max(mtuBytes, leastMtuBytes);
}
