import { prefixContains } from '../ip/index.ts';
import { addressClaimValue, type Claim, type Predicate } from '../kit/index.ts';
import { addressScope, type Port, pairScope, portTable, type Subnet, subnetTable } from '../resources/index.ts';
import type { NetworkAddress, UnitOfWork } from '../store/index.ts';
import type { Ask } from './ask.ts';
import type { ClaimWorld } from './claim-decision.ts';

/** Reads, in the unit that decides, what claims are decided by: a few statements, however many claims there are. */
export async function readClaimWorld(unit: UnitOfWork, asks: readonly Ask[], now: number): Promise<ClaimWorld> {
  const portIds = [...new Set(asks.map(({ portId }) => portId))];
  const listed = await unit.list(portTable, { where: among('id', portIds) });
  const ports = new Map(listed.map((port) => [port.id, port]));
  const networkIds = [...new Set(listed.map(({ networkId }) => networkId))];
  const subnets = Map.groupBy(
    await unit.list(subnetTable, { where: among('network_id', networkIds) }),
    ({ networkId }) => networkId,
  );
  const asked = asks.flatMap((ask) => addressesOf(ask, ports));
  const { bindings } = unit.observed;
  return {
    now,
    ports,
    subnets,
    isDeclared: await readDeclared(unit, asked, subnets),
    bindings: [...(await bindings.of(portIds)), ...(await bindings.held(asked))],
  };
}

function among(column: string, values: readonly string[]): Predicate {
  return { kind: 'in', column, values };
}

/** The addresses that somebody else may have. */
function addressesOf(ask: Ask, ports: ReadonlyMap<string, Port>): readonly NetworkAddress[] {
  const port = ports.get(ask.portId);
  if (!port || ask.kind === 'release') return [];
  const addresses = ask.kind === 'claim' ? [ask.address] : ask.addresses;
  return addresses.map((address) => ({ networkId: port.networkId, address }));
}

/** Fixed addresses and pairs stand in the claims of ports, also of those that a bulk has yet to publish. */
async function readDeclared(
  unit: UnitOfWork,
  asked: readonly NetworkAddress[],
  subnets: ReadonlyMap<string, readonly Subnet[]>,
): Promise<ClaimWorld['isDeclared']> {
  const held = await unit.heldClaims(asked.flatMap((one) => fixedClaims(one, subnets)));
  const paired = await unit.claimedScopes(asked.map(({ networkId, address }) => pairScope(networkId, address)));
  const fixed = new Set(held.map(textOf));
  const pairs = new Set(paired);
  return (one) =>
    pairs.has(pairScope(one.networkId, one.address)) ||
    fixedClaims(one, subnets).some((claim) => fixed.has(textOf(claim)));
}

function fixedClaims({ networkId, address }: NetworkAddress, subnets: ReadonlyMap<string, readonly Subnet[]>) {
  const value = addressClaimValue(address);
  const around = (subnets.get(networkId) ?? []).filter(({ cidr }) => prefixContains(cidr, address));
  return around.map(({ id }): Claim => ({ scope: addressScope(id), value }));
}

function textOf({ scope, value }: Claim): string {
  return `${scope} ${value}`;
}
