import type { AddressesOfPort, AgentMessage } from '../feed/index.ts';
import { type Address, parseAddress } from '../ip/index.ts';
import type { PortId } from '../resources/index.ts';

/** What a host says of the addresses of one of its ports. */
export type Ask =
  | (AskOf<'claim'> & { readonly address: Address })
  | (AskOf<'release'> & { readonly address: Address })
  /** All that the port has, as hosts of the feed's version 2 say it. Nobody waits for an answer. */
  | (AskOf<'learned'> & { readonly addresses: readonly Address[] });

interface AskOf<Kind extends string> {
  readonly kind: Kind;
  readonly host: string;
  readonly portId: PortId;
}

type Asking = Extract<AgentMessage, { kind: 'claim' | 'release' | 'report' }>;

/** The host that asks, and the ports that it may ask for. */
export interface AskContext {
  readonly host: string;
  readonly mayAskFor: (portId: PortId) => boolean;
}

/** Takes from a message what it asks for. Ports that are not the host's are passed over, and addresses that don't parse. */
export function asksOf(message: Asking, { host, mayAskFor }: AskContext): readonly Ask[] {
  const isOwn = ({ portId }: { readonly portId: string }) => mayAskFor(portId as PortId);
  if (message.kind === 'report')
    return (message.learned ?? []).filter(isOwn).map((its) => ({ kind: 'learned', host, ...parsedAddresses(its) }));
  const { kind } = message;
  const said = message.kind === 'claim' ? message.claims : message.releases;
  return said.filter(isOwn).flatMap(({ portId, address }) => {
    const parsed = parseAddress(address);
    return parsed ? [{ kind, host, portId: portId as PortId, address: parsed }] : [];
  });
}

/** The addresses of a port that parse. */
export function parsedAddresses({ portId, addresses }: AddressesOfPort) {
  const parsed = addresses.map(parseAddress).filter((address) => address !== undefined);
  return { portId: portId as PortId, addresses: parsed };
}
