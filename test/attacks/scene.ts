import type { Host, Lab } from '../../gaps/lab/index.ts';
import { aPrefix, type Station } from '../../gaps/workbench/frames.ts';
import { routerOf } from '../../gaps/workbench/neighbours.ts';
import { addressOf, createWorkbench, type PluggedPort, type Workbench } from '../../gaps/workbench/workbench.ts';
import type { Network } from '../../src/client/index.ts';
import type { Prefix } from '../../src/ip/index.ts';
import type { Ground } from './ground.ts';

/** Where attacker and victim are. */
export type Placement = 'on one host' | 'on two hosts';

/** Both, in the order in which they are tried. */
export const placements: readonly Placement[] = ['on one host', 'on two hosts'];

/** A network with honest guests on each host, its router, and a guest behind the router. */
export interface Scene {
  readonly lab: Lab;
  readonly bench: Workbench;
  readonly network: Network;
  /** Where guests make addresses. */
  readonly prefix: Prefix;
  /** The router's address in it. */
  readonly gateway: string;
  /** The gateway of a second subnet. No router has it. */
  readonly linkLocalGateway: string;
  /** The router's end in the network. */
  readonly router: Station;
  /** One on each host. */
  readonly observers: readonly PluggedPort[];
  /** On another network of the router. */
  readonly outside: PluggedPort;
}

/** An attacker and the guest that it is after. */
export interface Pair {
  readonly placement: Placement;
  readonly attacker: PluggedPort;
  readonly attackerHost: Host;
  readonly victim: PluggedPort;
}

const slaac = { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' } as const;

/** Makes a scene whose networks no other scene of the cloud has. */
export async function makeScene({ context, lab }: Ground, number: number): Promise<Scene> {
  const bench = createWorkbench(context);
  const [network, other] = [await bench.network(), await bench.network()];
  const cidr = `2001:db8:a:${number}::/64`;
  const subnet = await bench.subnet(network, { cidr, ...slaac });
  const linkLocalGateway = 'fe80::1';
  await bench.subnet(network, { cidr: `2001:db8:b:${number}::/64`, gateway_ip: linkLocalGateway, ...slaac });
  const beyond = await bench.subnet(other, { cidr: `2001:db8:c:${number}::/64`, ...slaac });
  await bench.router([subnet, beyond]);
  const { hosts } = context.guests;
  const [outside, ...observers] = await Promise.all([
    bench.plug({ host: hosts[1], network: other }),
    ...hosts.map((host) => bench.plug({ host, network })),
  ]);
  for (const { guest, port } of [outside, ...observers]) await guest.waitForAddress({ address: addressOf(port) });
  const router = await routerOf(observers[0] ?? outside);
  const gateway = subnet.gateway_ip ?? '';
  return { lab, bench, network, prefix: aPrefix(cidr), gateway, linkLocalGateway, router, observers, outside };
}

/** The attacker is on the first host; the victim has a temporary address besides its stable one (RFC 8981). */
export async function makePair({ lab, bench, network }: Scene, placement: Placement): Promise<Pair> {
  const [attackerHost, otherHost] = lab.hosts;
  if (!attackerHost || !otherHost) throw new Error('there are three hosts');
  const victimHost = placement === 'on one host' ? attackerHost : otherHost;
  const [attacker, victim] = await Promise.all([
    bench.plug({ host: attackerHost.name, network }),
    bench.plug({ host: victimHost.name, network, settings: { use_tempaddr: 2 } }),
  ]);
  for (const { guest, port } of [attacker, victim]) await guest.waitForAddress({ address: addressOf(port) });
  return { placement, attacker, attackerHost, victim };
}
