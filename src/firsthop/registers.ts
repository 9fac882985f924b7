import type { Uuid } from '../base/index.ts';

/**
 * What the flows know of a packet besides its headers. `classify` fills in who the port is, so that all later flows can
 * be shared: they match traits rather than ports, and send to the port that a register names.
 */
export const registers = {
  /** 1: the address that was looked up is bound to the port. On the way to `drop`: the reason's code. */
  verdict: 'reg0',
  /** 1: the guest's own DAD for the address is under way, or the agent's in its name. */
  tentative: 'reg3',
  /** The address that is looked up. IPv4 ones as IPv4-mapped IPv6 ones (RFC 4291 §2.5.5.2). */
  address: 'xxreg1',
  /** The network's UUID. */
  network: 'xxreg2',
  /** The OpenFlow port of the guest's interface. */
  guestPort: 'reg12',
  /** The OpenFlow port of the patch to the integration bridge; from guests only. */
  patchPort: 'reg13',
  /** One bit for each of `traits`. */
  traits: 'reg14',
  /** The guest's port of whom the address that was looked up is pinned to. */
  owner: 'reg15',
  /** The MAC that is looked up. */
  linkLayer: 'metadata',
} as const;

/** What flows ask of a port or a packet, as bits of one register. */
export const traits = {
  /** The port has port security. */
  secured: 1,
  /** The port may advertise, redirect and query as routers do. */
  routerTrusted: 2,
  /** DHCPv4 is ours on the port's network. */
  servesDhcpv4: 4,
  /** Router advertisements are ours on the port's network. */
  servesRa: 32,
  /** DHCPv6 is ours on the port's network. */
  servesDhcpv6: 64,
  /** The frame comes from, or goes to, the port's own MAC rather than one of an allowed address pair. */
  ownMac: 8,
  /** The link-layer option, or the sender in ARP, is the MAC that the frame comes from. */
  linkLayerConfirmed: 16,
} as const;

/** The name of a trait. */
export type Trait = keyof typeof traits;

/** Matches what has the trait. */
export function has(trait: Trait): string {
  return `${registers.traits}=${traits[trait]}/${traits[trait]}`;
}

/** Matches what lacks the trait. */
export function lacks(trait: Trait): string {
  return `${registers.traits}=0/${traits[trait]}`;
}

/** Gives these traits, and leaves the others. */
export function give(...given: readonly Trait[]): string {
  const bits = given.reduce((sum, trait) => sum | traits[trait], 0);
  return `set_field:${bits}/${bits}->${registers.traits}`;
}

/** A network as the value of its register. */
export function networkValue(networkId: Uuid): string {
  return `0x${networkId.replaceAll('-', '')}`;
}
