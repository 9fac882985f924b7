import type { ClaimRefusal } from '../feed/index.ts';
import { defaultLearnedAddressQuota, responder } from '../firsthop/index.ts';
import {
  type Address,
  equalAddress,
  formatAddress,
  isLinkLocal,
  linkLocalFromMac,
  macFromEui64,
  prefixContains,
} from '../ip/index.ts';
import type { NetworkId, Port, PortId, Subnet } from '../resources/index.ts';
import type { Binding, NetworkAddress, OwnedAddress } from '../store/index.ts';
import type { Ask } from './ask.ts';
import { isBoundTo } from './intent.ts';
import { isLearnable } from './learnable.ts';

/** The facts that claims are decided by, all of one moment. */
export interface ClaimWorld {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Those of the ports asked for that exist. */
  readonly ports: ReadonlyMap<PortId, Port>;
  /** Of each network of these ports. */
  readonly subnets: ReadonlyMap<NetworkId, readonly Subnet[]>;
  /** Whether the address is a fixed address of any port of the network, or such a port's pair names it alone. */
  readonly isDeclared: (address: NetworkAddress) => boolean;
  /** All of these ports, and those of the addresses asked for. */
  readonly bindings: readonly Binding[];
}

type RefusalReason = ClaimRefusal['reason'];

/** `known`: it was the port's own before. `none`: there is nothing to say. */
export type ClaimAnswer = 'granted' | 'known' | RefusalReason | 'none';

/** What the table has to be told, and the answer to each ask, in their order. */
export interface ClaimOutcome {
  readonly bound: readonly Binding[];
  readonly ended: readonly Binding[];
  /** Bindings that were asked for again: they are in use. */
  readonly seen: readonly OwnedAddress[];
  readonly answers: readonly ClaimAnswer[];
}

/**
 * Decides what a host asked for, one after another: the first to claim a free address has it (RFC 6620 §2.5), and what is
 * declared is nobody else's. Pure.
 */
export function decideClaims(asks: readonly Ask[], world: ClaimWorld): ClaimOutcome {
  const table = new BindingBook(world.bindings);
  const answers = asks.map((ask) => answer(ask, world, table));
  return { ...table.changes(), answers };
}

function answer(ask: Ask, world: ClaimWorld, table: BindingBook): ClaimAnswer {
  const port = world.ports.get(ask.portId);
  if (!port || !isBoundTo(port, ask.host)) return 'none';
  if (ask.kind === 'claim') return claim(port, ask.address, world, table);
  if (ask.kind === 'release') {
    table.release(port, ask.address);
    return 'none';
  }
  const kept = new Set(ask.addresses.map(formatAddress));
  for (const { address } of table.of(port)) if (!kept.has(formatAddress(address))) table.release(port, address);
  for (const address of ask.addresses) claim(port, address, world, table);
  return 'none';
}

function claim(port: Port, address: Address, world: ClaimWorld, table: BindingBook): ClaimAnswer {
  if (isOwn(port, address)) return 'known';
  const holder = table.holderOf(port.networkId, address);
  if (holder === port.id) {
    table.see(port, address);
    return 'known';
  }
  const subnets = world.subnets.get(port.networkId) ?? [];
  if (isReserved(address, subnets)) return 'reserved';
  if (holder !== undefined || world.isDeclared({ networkId: port.networkId, address })) return 'taken';
  if (!port.portSecurityEnabled || !isLearnable(address, subnets)) return 'off-link';
  if (table.of(port).length >= defaultLearnedAddressQuota) return 'full';
  table.bind({
    networkId: port.networkId,
    address,
    portId: port.id,
    kind: 'learned',
    grantedAt: world.now,
    seenAt: world.now,
  });
  return 'granted';
}

/** What needs no binding: the port may use it by declaration. */
function isOwn({ macAddress, fixedIps, allowedAddressPairs }: Port, address: Address): boolean {
  return (
    equalAddress(linkLocalFromMac(macAddress), address) ||
    fixedIps.some(({ ipAddress }) => equalAddress(ipAddress, address)) ||
    allowedAddressPairs.some(({ ipAddress }) => prefixContains(ipAddress, address))
  );
}

/**
 * The link's own addresses: gateways, what all routers answer (RFC 4291 §2.6.1), ours, and the link-local addresses that
 * follow from MACs, which are pinned to those who have them, perhaps not yet plugged.
 */
function isReserved(address: Address, subnets: readonly Subnet[]): boolean {
  if (equalAddress(responder.linkLocal, address)) return true;
  if (isLinkLocal(address) && macFromEui64(address) !== undefined) return true;
  return subnets.some(
    ({ gatewayIp, cidr }) =>
      equalAddress(cidr.address, address) || (gatewayIp !== undefined && equalAddress(gatewayIp, address)),
  );
}

/** The bindings as they change while one ask after another is decided. */
class BindingBook {
  readonly #before: ReadonlyMap<string, Binding>;
  readonly #now: Map<string, Binding>;
  readonly #ofPort: Map<PortId, Map<string, Binding>>;
  readonly #seen = new Map<string, OwnedAddress>();

  constructor(bindings: readonly Binding[]) {
    this.#before = new Map(bindings.map((binding) => [keyOf(binding), binding]));
    this.#now = new Map(this.#before);
    const ofPort = Map.groupBy(this.#before, ([, { portId }]) => portId);
    this.#ofPort = new Map([...ofPort].map(([portId, its]) => [portId, new Map(its)]));
  }

  of({ id }: Port): readonly Binding[] {
    return [...(this.#ofPort.get(id)?.values() ?? [])];
  }

  holderOf(networkId: NetworkId, address: Address): PortId | undefined {
    return this.#now.get(keyOf({ networkId, address }))?.portId;
  }

  bind(binding: Binding): void {
    const its = this.#ofPort.get(binding.portId) ?? new Map<string, Binding>();
    this.#ofPort.set(binding.portId, its.set(keyOf(binding), binding));
    this.#now.set(keyOf(binding), binding);
  }

  release({ id, networkId }: Port, address: Address): void {
    const key = keyOf({ networkId, address });
    if (this.#ofPort.get(id)?.delete(key)) this.#now.delete(key);
  }

  see({ id, networkId }: Port, address: Address): void {
    this.#seen.set(keyOf({ networkId, address }), { portId: id, address });
  }

  /** A binding that ended and was granted again has another beginning, or another port. */
  changes(): Pick<ClaimOutcome, 'bound' | 'ended' | 'seen'> {
    const [before, now] = [this.#before, this.#now];
    return {
      bound: [...now].flatMap(([key, binding]) => (before.get(key) === binding ? [] : [binding])),
      ended: [...before].flatMap(([key, binding]) => (now.get(key) === binding ? [] : [binding])),
      seen: [...this.#seen].flatMap(([key, seen]) => (now.get(key) === before.get(key) ? [seen] : [])),
    };
  }
}

function keyOf({ networkId, address }: NetworkAddress): string {
  return `${networkId} ${formatAddress(address)}`;
}
