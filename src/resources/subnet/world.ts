import { oneTurn, takeTurns } from '../../base/index.ts';
import { listById, type Predicate, type Reader, type RuleContext, type ScopedReader } from '../../kit/index.ts';
import type { NetworkId } from '../ids.ts';
import { type Network, networkTable } from '../network/network.ts';
import { addressScope } from '../port/claims.ts';
import { autoDeletedOwners, routerInterfaceOwner } from '../port/owner.ts';
import { type Port, portTable } from '../port/port.ts';
import { readPortIdsOn, readRouterPortsOn } from '../port/world.ts';
import { readAllotment } from '../subnetpool/allotment.ts';
import { type Release, readReleases } from '../subnetpool/release.ts';
import { type Subnetpool, subnetpoolTable } from '../subnetpool/subnetpool.ts';
import { type OriginWorld, wantedOf } from './origin.ts';
import { isAutoAddress, type Subnet, type SubnetInput, subnetTable } from './subnet.ts';

/** The network and the routers that a change of a subnet concerns. */
export interface SubnetAudience {
  readonly network: Network | undefined;
  /** The network's ports that are routers'. */
  readonly routerPorts: readonly Port[];
}

/** The facts that creating a subnet needs. */
export interface SubnetCreateWorld extends SubnetAudience, OriginWorld {
  /** All ports of the network, if each of them gets an address on the subnet. */
  readonly ports: readonly Port[];
}

/** Reads the network and its other subnets, and for a SLAAC subnet the network's ports, which will get addresses. */
export async function readCreateWorld(
  reader: ScopedReader,
  input: SubnetInput,
  { projectId }: RuleContext,
): Promise<SubnetCreateWorld> {
  // A subnet gives addresses to all ports of its network, and must not overlap any other one, whose ever they are.
  const { unscoped } = reader;
  const siblings = await unscoped.list(subnetTable, {
    where: { kind: 'in', column: 'network_id', values: [input.networkId] },
  });
  const poolIds = siblings.flatMap(({ subnetpoolId }) => subnetpoolId ?? []);
  const pool = await findPool(reader, input);
  return {
    ...(await readAudience(unscoped, input.networkId)),
    siblings,
    siblingPools: await listById(unscoped, subnetpoolTable, [...new Set(poolIds)]),
    ports: isAutoAddress(input)
      ? await listById(unscoped, portTable, await readPortIdsOn(unscoped, input.networkId), takeTurns(oneTurn))
      : [],
    allotment: pool && (await readAllotment(unscoped, pool, wantedOf(input, pool), projectId)),
  };
}

/** The pool that a request names, or the default one of its family that the caller sees. */
async function findPool(
  reader: ScopedReader,
  { subnetpoolId, useDefaultSubnetpool, cidr, ipVersion }: SubnetInput,
): Promise<Subnetpool | undefined> {
  if (subnetpoolId) return await reader.find(subnetpoolTable, subnetpoolId);
  if (!useDefaultSubnetpool) return undefined;
  const isDefault: Predicate = { kind: 'in', column: 'is_default', values: [1] };
  const isOfFamily: Predicate = { kind: 'in', column: 'ip_version', values: [cidr?.address.family ?? ipVersion] };
  const [pool] = await reader.list(subnetpoolTable, { where: { kind: 'all', of: [isDefault, isOfFamily] } });
  return pool;
}

/** A new name or description reaches no guest and no router, so then only the network is read. */
export async function readUpdateWorld(
  reader: Reader,
  { networkId }: Subnet,
  input: Partial<SubnetInput>,
): Promise<SubnetAudience> {
  if (concernsGuests(input)) return readAudience(reader, networkId);
  return { network: await reader.find(networkTable, networkId), routerPorts: [] };
}

/** The facts that deleting a subnet needs. */
export interface SubnetDeleteWorld extends SubnetAudience {
  /** Some of the ports that need their address of the subnet. */
  readonly holders: readonly Port[];
  /** All ports with an address of the subnet; none where there is a holder. */
  readonly users: readonly Port[];
  /** What goes back to the pool that it is of. */
  readonly releases: readonly Release[];
}

/** A port that holds the subnet is named in the answer; no more than so many are. */
const namedHolders = 10;

/** Reads the ports that forbid the deletion, or else those whose addresses go with the subnet. */
export async function readDeleteWorld(reader: Reader, subnet: Subnet): Promise<SubnetDeleteWorld> {
  const onSubnet: Predicate = { kind: 'claims', scope: addressScope(subnet.id) };
  const holding: Predicate = { kind: 'all', of: [onSubnet, holdsAddresses(subnet)] };
  const holders = await reader.list(portTable, { where: holding, limit: namedHolders });
  const users = holders.length > 0 ? [] : await reader.listIds(portTable, { where: onSubnet });
  return {
    ...(await readAudience(reader, subnet.networkId)),
    holders,
    users: await listById(reader, portTable, users, takeTurns(oneTurn)),
    releases: await readReleases(reader, [subnet]),
  };
}

/** The ports that need an address which they have of the subnet: where it follows from the MAC, only routers do. */
function holdsAddresses(subnet: Subnet): Predicate {
  if (isAutoAddress(subnet)) return { kind: 'in', column: 'device_owner', values: [routerInterfaceOwner] };
  return { kind: 'not', of: { kind: 'in', column: 'device_owner', values: autoDeletedOwners } };
}

/** Whether a change reaches guests, by advertisements or leases: everything but its name and description. */
function concernsGuests(input: Partial<SubnetInput>): boolean {
  return Object.keys(input).some((field) => field !== 'name' && field !== 'description');
}

async function readAudience(reader: Reader, networkId: NetworkId): Promise<SubnetAudience> {
  return {
    network: await reader.find(networkTable, networkId),
    routerPorts: await readRouterPortsOn(reader, networkId),
  };
}
