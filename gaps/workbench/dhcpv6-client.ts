import { type Address, formatAddress, type Mac } from '../../src/ip/index.ts';
import {
  type Dhcpv6Message,
  type Dhcpv6MessageType,
  type Dhcpv6Option,
  decodeDhcpv6,
  dhcpv6Ports,
  duidLinkLayer,
  encodeDhcpv6,
  udpFrame,
} from '../../src/packet/index.ts';
import type { CapturedFrame } from '../contract.ts';
import { aMac, anAddress, groupMac, linkLocalStation, parseFrame, present } from './frames.ts';
import type { PluggedPort } from './workbench.ts';

/** All_DHCP_Relay_Agents_and_Servers (RFC 8415 §7.1). */
const servers = anAddress('ff02::1:2');
const iaid = 6;
let nextTransaction = 0x060000;

/** A message that a client says to the server. */
export interface Dhcpv6Request {
  readonly type: Extract<Dhcpv6MessageType, 'solicit' | 'request' | 'renew' | 'rebind' | 'release'>;
  /** The address that the client has, or hopes for. */
  readonly address: string;
}

/** Says one message as a client on the guest's own interface would, and answers what the server says to it. */
export async function exchangeDhcpv6(plugged: PluggedPort, { type, address }: Dhcpv6Request): Promise<Dhcpv6Message> {
  const { guest, port, interface: name } = plugged;
  const capture = await guest.capture(name);
  const transactionId = nextTransaction++;
  const mac = aMac(port.mac_address);
  const server = serverIdentifiers.get(port.id);
  const options = clientOptions({ type, mac, address: anAddress(address), server });
  await guest.inject([frameOf({ type, transactionId, options }, mac)], name);
  const isAnswer = (frame: CapturedFrame) => answerIn(frame)?.transactionId === transactionId;
  const answer = present(answerIn(await capture.waitFor(`an answer to ${type}`, isAnswer)), 'an answer');
  await capture.stop();
  const identifier = answer.options.find((option) => option.kind === 'server-id');
  if (identifier) serverIdentifiers.set(port.id, identifier);
  return answer;
}

/** Which server a port's client speaks with, from its last answer. */
const serverIdentifiers = new Map<string, Dhcpv6Option>();

/** The addresses that a message assigns, with their valid lifetimes in seconds. */
export function leasedAddresses({ options }: Dhcpv6Message): readonly { text: string; valid: number }[] {
  return options
    .flatMap((option) => (option.kind === 'ia-na' ? option.options : []))
    .flatMap((option) =>
      option.kind === 'ia-address' ? [{ text: formatAddress(option.address), valid: option.validLifetimeSeconds }] : [],
    );
}

interface ClientState {
  readonly type: Dhcpv6MessageType;
  readonly mac: Mac;
  readonly address: Address;
  readonly server: Dhcpv6Option | undefined;
}

/** RFC 8415 §18.2: a solicit and a rebind name no server; all but a solicit name the address. */
function clientOptions({ type, mac, address, server }: ClientState): readonly Dhcpv6Option[] {
  const held = {
    kind: 'ia-address',
    address,
    preferredLifetimeSeconds: 0,
    validLifetimeSeconds: 0,
    options: [],
  } as const;
  return [
    { kind: 'client-id', duid: duidLinkLayer(mac) },
    ...(server && type !== 'solicit' && type !== 'rebind' ? [server] : []),
    { kind: 'elapsed-time', hundredths: 0 },
    { kind: 'ia-na', iaid, t1Seconds: 0, t2Seconds: 0, options: type === 'solicit' ? [] : [held] },
  ];
}

function frameOf(message: Dhcpv6Message, mac: Mac): Uint8Array {
  return udpFrame(
    { sourcePort: dhcpv6Ports.client, destinationPort: dhcpv6Ports.server, payload: encodeDhcpv6(message) },
    {
      sourceMac: mac,
      source: linkLocalStation(mac).address,
      destinationMac: groupMac(servers),
      destination: servers,
    },
  );
}

function answerIn(frame: CapturedFrame): Dhcpv6Message | undefined {
  const udp = frame.direction === 'in' ? parseFrame(frame)?.udp : undefined;
  if (udp?.destinationPort !== dhcpv6Ports.client) return undefined;
  const decoded = decodeDhcpv6(udp.payload);
  return decoded.ok ? decoded.value : undefined;
}
