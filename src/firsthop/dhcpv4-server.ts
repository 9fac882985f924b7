import {
  type Address,
  equalAddress,
  hostPrefix,
  isUnspecified,
  lastAddress,
  macBytes,
  parseAddress,
  parsePrefix,
  prefixFamily,
  prefixMask,
} from '../ip/index.ts';
import type { Dhcpv4Message, Dhcpv4MessageType, Dhcpv4Option, Dhcpv4Route } from '../packet/index.ts';
import type { PortIntent, SubnetIntent } from './intent.ts';
import type { LeaseEvent } from './lease.ts';

/** The server's reply to a DHCPv4 message, if it gets one, and the leases that it grants or ends. */
export interface Dhcpv4Answer {
  readonly reply?: Dhcpv4Message;
  /** The address that the server speaks from. */
  readonly server: Address;
  readonly leases: readonly LeaseEvent[];
}

/**
 * Answers a DHCPv4 client (RFC 2131 §4.3) with the port's first IPv4 address, the only one that it ever gets; says
 * nothing on a network without DHCPv4, and to a message that is not for this server.
 */
export function answerDhcpv4(intent: PortIntent, request: Dhcpv4Message): Dhcpv4Answer | undefined {
  const lease = leaseOf(intent);
  const type = messageType(request);
  if (!lease || request.operation !== 'request' || !type) return undefined;
  if (!isForUs(request, lease)) return undefined;
  switch (type) {
    case 'discover':
      return { reply: replyTo(request, 'offer', lease), server, leases: [] };
    case 'request':
      return answerRequest(request, lease);
    case 'inform':
      return { reply: replyToInform(request, lease), server, leases: [] };
    case 'release':
      return { server, leases: [event('released', request, lease)] };
    case 'decline':
      return { server, leases: [event('declined', request, lease)] };
    default:
      return undefined;
  }
}

/** Whether the subnet's ports get their addresses by our DHCPv4. */
export function servesDhcpv4({ dhcpEnabled, prefix }: SubnetIntent): boolean {
  return dhcpEnabled && prefixFamily(prefix) === 4;
}

interface Lease {
  readonly address: Address;
  readonly subnet: SubnetIntent;
  readonly mtuBytes: number;
}

const unspecified = constant('0.0.0.0');
/**
 * The server on every network: guests have it on-link, and the switch answers ARP for it (`guard.ts`), so that it is reached
 * for renewals (RFC 2131 §4.1) with or without a gateway, a router that has its address, or a route beyond the link.
 */
export const server = constant('169.254.169.254');
const toServer: Dhcpv4Route = { destination: hostPrefix(server), nextHop: unspecified };
const everywhere = parsePrefix('0.0.0.0/0');

function leaseOf(intent: PortIntent): Lease | undefined {
  for (const { subnetId, address } of intent.fixedAddresses) {
    const subnet = intent.subnets.find(({ id }) => id === subnetId);
    if (!subnet || !servesDhcpv4(subnet) || address.family !== 4) continue;
    return { address, subnet, mtuBytes: intent.mtuBytes };
  }
  return undefined;
}

/** Unless another server's offer was taken. Leases of earlier versions name the gateway. */
function isForUs(request: Dhcpv4Message, { subnet }: Lease): boolean {
  const chosen = addressOption(request, 'server-identifier');
  return (
    chosen === undefined || [server, ...(subnet.gateway ? [subnet.gateway] : [])].some((us) => equalAddress(us, chosen))
  );
}

/** RFC 2131 §4.3.2: the client names its address in the option, or, once it has it, as its own. */
function answerRequest(request: Dhcpv4Message, lease: Lease): Dhcpv4Answer {
  const wanted = addressOption(request, 'requested-address') ?? request.clientAddress;
  if (!equalAddress(wanted, lease.address)) return { reply: refuse(request), server, leases: [] };
  const reply = replyTo(request, 'ack', lease);
  return { reply, server, leases: [event('leased', request, lease)] };
}

function replyTo(request: Dhcpv4Message, type: Dhcpv4MessageType, lease: Lease): Dhcpv4Message {
  const seconds = lease.subnet.validLifetimeSeconds;
  const times: Dhcpv4Option[] = [
    { kind: 'lease-time', seconds },
    { kind: 'renewal-time', seconds: Math.floor(seconds / 2) }, // RFC 2131 §4.4.5
    { kind: 'rebinding-time', seconds: Math.floor(seconds * 0.875) },
  ];
  const options = [...identity(type), ...times, ...configuration(lease)];
  return { ...envelope(request), yourAddress: lease.address, options };
}

/** RFC 2131 §4.3.5: configuration only, no address and no lease time. */
function replyToInform(request: Dhcpv4Message, lease: Lease): Dhcpv4Message {
  return { ...envelope(request), options: [...identity('ack'), ...configuration(lease)] };
}

/** RFC 2131 §4.3.2, table 3: no address, and broadcast, for the client's own address is wrong. */
function refuse(request: Dhcpv4Message): Dhcpv4Message {
  return { ...envelope(request), clientAddress: unspecified, broadcast: true, options: identity('nak') };
}

function envelope(request: Dhcpv4Message): Dhcpv4Message {
  return {
    ...request,
    operation: 'reply',
    elapsedSeconds: 0,
    yourAddress: unspecified,
    serverAddress: unspecified,
    options: [],
  };
}

function identity(type: Dhcpv4MessageType): readonly Dhcpv4Option[] {
  return [
    { kind: 'message-type', type },
    { kind: 'server-identifier', address: server },
  ];
}

function configuration({ subnet, mtuBytes }: Lease): readonly Dhcpv4Option[] {
  const { prefix, gateway, dnsServers, searchDomains } = subnet;
  const servers = dnsServers.filter(({ family }) => family === 4);
  const [domain] = searchDomains;
  const options: Dhcpv4Option[] = [
    { kind: 'subnet-mask', address: prefixMask(prefix) },
    { kind: 'broadcast-address', address: lastAddress(prefix) },
    { kind: 'interface-mtu', mtuBytes },
  ];
  if (gateway) options.push({ kind: 'routers', addresses: [gateway] });
  options.push({ kind: 'classless-routes', routes: routesOf(subnet) });
  if (servers.length > 0) options.push({ kind: 'dns-servers', addresses: servers });
  if (domain !== undefined) options.push({ kind: 'domain-name', domain });
  return options;
}

/** A client that takes classless routes ignores the router option, so the default route is among them (RFC 3442). */
function routesOf({ gateway, hostRoutes }: SubnetIntent): readonly Dhcpv4Route[] {
  const given = hostRoutes.filter(({ destination }) => prefixFamily(destination) === 4);
  const isRouted = given.some(({ destination }) => equalAddress(destination.address, server));
  const routes = isRouted ? given : [toServer, ...given];
  return gateway && everywhere ? [...routes, { destination: everywhere, nextHop: gateway }] : routes;
}

function event(kind: LeaseEvent['kind'], request: Dhcpv4Message, { address, subnet }: Lease): LeaseEvent {
  const validLifetimeSeconds = kind === 'leased' ? subnet.validLifetimeSeconds : 0;
  return { kind, address, clientId: clientId(request), iaid: 0, validLifetimeSeconds };
}

/** Option 61 if the client sent one, else its hardware type and address (RFC 2132 §9.14). */
function clientId({ options, clientMac }: Dhcpv4Message): string {
  const found = options.find((option) => option.kind === 'other' && option.code === 61);
  const bytes = found?.kind === 'other' ? found.body : Uint8Array.of(1, ...macBytes(clientMac));
  return Buffer.from(bytes).toString('hex');
}

function messageType({ options }: Dhcpv4Message): Dhcpv4MessageType | undefined {
  const found = options.find((option) => option.kind === 'message-type');
  return found?.kind === 'message-type' ? found.type : undefined;
}

function addressOption(
  { options }: Dhcpv4Message,
  kind: 'server-identifier' | 'requested-address',
): Address | undefined {
  const found = options.find((option) => option.kind === kind);
  return found?.kind === kind && !isUnspecified(found.address) ? found.address : undefined;
}

function constant(text: string): Address {
  const address = parseAddress(text);
  if (!address) throw new Error(`${text} is malformed`);
  return address;
}
