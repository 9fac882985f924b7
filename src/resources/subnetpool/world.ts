import type { Prefix } from '../../ip/index.ts';
import type { Predicate, Reader, ScopedReader } from '../../kit/index.ts';
import { type AddressScope, type AddressScopeId, addressScopeTable } from '../address-scope/address-scope.ts';
import type { NetworkId, SubnetpoolId } from '../ids.ts';
import { type Network, networkTable } from '../network/network.ts';
import type { RbacPolicy } from '../rbac-policy/rbac-policy.ts';
import { readPolicies } from '../rbac-policy/sharing.ts';
import { type Subnet, subnetTable } from '../subnet/subnet.ts';
import { readFreeAround } from './free-space.ts';
import { compact, without } from './prefix-set.ts';
import { type Release, readReleases } from './release.ts';
import { type Subnetpool, type SubnetpoolInput, subnetpoolTable } from './subnetpool.ts';

/** The address scope that a pool is in, or is to be in. */
export interface ScopeWorld {
  readonly scope: AddressScope | undefined;
  /** The other pools in it. */
  readonly neighbours: readonly Subnetpool[];
}

/** Reads the scope of a new pool. The API has looked whether the caller sees it. */
export async function readScopeWorld(
  reader: Reader,
  id: AddressScopeId | undefined,
  poolId?: SubnetpoolId,
): Promise<ScopeWorld> {
  if (id === undefined) return { scope: undefined, neighbours: [] };
  const inScope = await reader.list(subnetpoolTable, {
    where: { kind: 'in', column: 'address_scope_id', values: [id] },
  });
  return {
    scope: await reader.find(addressScopeTable, id),
    neighbours: inScope.filter((pool) => pool.id !== poolId),
  };
}

/** The facts that a change of a pool needs. */
export interface UpdateWorld extends ScopeWorld {
  /** The scope that the pool is in already. */
  readonly currentScope: AddressScope | undefined;
  /** Whether another scope for it would leave a network with subnets of two scopes. */
  readonly partsNetworks: boolean;
  /** The free blocks around the prefixes that come. */
  readonly free: readonly Prefix[];
}

/** Reads unscoped: pools of other projects count in a scope, and subnets of others in a network. */
export async function readUpdateWorld(
  reader: Reader,
  pool: Subnetpool,
  input: Partial<SubnetpoolInput>,
): Promise<UpdateWorld> {
  const { addressScopeId: current } = pool;
  const wanted = 'addressScopeId' in input ? input.addressScopeId : current;
  const prefixes = compactIn(pool, [...pool.prefixes, ...(input.prefixes ?? [])]);
  return {
    ...(await readScopeWorld(reader, wanted, pool.id)),
    currentScope: current && (await reader.find(addressScopeTable, current)),
    partsNetworks: wanted !== current && (await sharesNetworks(reader, pool)),
    free: await readFreeAround(reader, { id: pool.id, prefixes }, without(prefixes, pool.prefixes)),
  };
}

/** Those of the pool's family, compact. */
export function compactIn(
  { ipVersion }: Pick<Subnetpool, 'ipVersion'>,
  prefixes: readonly Prefix[],
): readonly Prefix[] {
  return compact(prefixes.filter(({ address }) => address.family === ipVersion));
}

/** Whether a network has subnets of this pool, and others of its family. */
async function sharesNetworks(reader: Reader, { id, ipVersion }: Subnetpool): Promise<boolean> {
  const isOfPool: Predicate = { kind: 'in', column: 'subnetpool_id', values: [id] };
  const isBeside: Predicate = {
    kind: 'related',
    column: 'network_id',
    table: subnetTable,
    relatedColumn: 'network_id',
    where: isOfPool,
  };
  const isOfFamily: Predicate = { kind: 'in', column: 'ip_version', values: [ipVersion] };
  const where: Predicate = { kind: 'all', of: [isOfFamily, isBeside, { kind: 'not', of: isOfPool }] };
  return (await reader.listIds(subnetTable, { where, limit: 1 })).length > 0;
}

/** The facts that the end of a pool needs. */
export interface DeleteWorld {
  readonly isUsed: boolean;
  readonly policies: readonly RbacPolicy[];
}

/** Reads unscoped: subnets of any project hold a pool, and policies of any project go with it. */
export async function readDeleteWorld(reader: Reader, { id }: Subnetpool): Promise<DeleteWorld> {
  const where = { kind: 'in', column: 'subnetpool_id', values: [id] } as const;
  return {
    isUsed: (await reader.listIds(subnetTable, { where, limit: 1 })).length > 0,
    policies: await readPolicies(reader, id),
  };
}

/** The facts that moving a network's subnets into a pool needs. */
export interface OnboardWorld extends UpdateWorld {
  readonly network: Network | undefined;
  /** Those of the pool's family. */
  readonly subnets: readonly Subnet[];
  /** What they give back to the pools that they are of. */
  readonly releases: readonly Release[];
}

/** Reads the network, if the caller sees it, and its subnets. */
export async function readOnboardWorld(
  reader: ScopedReader,
  pool: Subnetpool,
  networkId: NetworkId,
): Promise<OnboardWorld> {
  const { unscoped } = reader;
  const onNetwork = await unscoped.list(subnetTable, {
    where: { kind: 'in', column: 'network_id', values: [networkId] },
  });
  const subnets = onNetwork.filter(({ ipVersion }) => ipVersion === pool.ipVersion);
  const cidrs = subnets.map(({ cidr }) => cidr);
  const world = await readUpdateWorld(unscoped, pool, { prefixes: cidrs });
  const prefixes = compact([...pool.prefixes, ...cidrs]);
  return {
    ...world,
    free: [...world.free, ...(await readFreeAround(unscoped, { id: pool.id, prefixes }, cidrs))],
    network: await reader.find(networkTable, networkId),
    subnets,
    releases: await readReleases(unscoped, subnets),
  };
}
