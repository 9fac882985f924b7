import { err, ok, type Result } from '../../base/index.ts';
import { formatPrefix, type Prefix } from '../../ip/index.ts';
import {
  type Change,
  created,
  type Decision,
  deleteRows,
  forbidden,
  type Json,
  type Key,
  nextRevision,
  notFound,
  type Problem,
  type RuleContext,
  removed,
  updated,
  updateRow,
} from '../../kit/index.ts';
import type { NetworkId } from '../ids.ts';
import { endPolicy, sharingChanges } from '../rbac-policy/sharing.ts';
import { subnetTable } from '../subnet/subnet.ts';
import { freeBlockTable } from './free-block.ts';
import { FreeSpace } from './free-space.ts';
import { intersection, without } from './prefix-set.ts';
import {
  illegalPrefixUpdate,
  networkScopeAffinity,
  onboardConflict,
  otherFamilyScope,
  poolInUse,
  scopeConflict,
  scopeNotOwned,
} from './refusals.ts';
import { released } from './release.ts';
import { decideShape } from './shape.ts';
import { type Subnetpool, type SubnetpoolInput, subnetpoolTable } from './subnetpool.ts';
import { compactIn, type DeleteWorld, type OnboardWorld, type ScopeWorld, type UpdateWorld } from './world.ts';

type Outcome = Result<Decision<Subnetpool>, Problem>;

/** A new pool, all of it free. */
export function decideCreate(input: SubnetpoolInput, world: ScopeWorld, context: RuleContext): Outcome {
  const shape = decideShape(input);
  if (!shape.ok) return shape;
  const { entity, changes, dirty } = created(subnetpoolTable, { ...input, ...shape.value }, context);
  const wrong = checkScope(entity, world);
  if (wrong) return err(wrong);
  const space = new FreeSpace(entity.id, []);
  for (const prefix of entity.prefixes) space.give(prefix);
  const sharing = sharingChanges('subnetpool', { before: false, after: entity }, [], context);
  return ok({ entity, changes: [...changes, ...sharing, ...space.changes()], dirty });
}

/** Changes a pool. Its prefixes may become more here, never fewer. */
export function decideUpdate(
  pool: Subnetpool,
  input: Partial<SubnetpoolInput>,
  world: UpdateWorld,
  context: RuleContext,
): Outcome {
  const grown = grow(pool, input, world, context);
  if (!grown.ok) return grown;
  const { entity, changes, dirty, space } = grown.value;
  return ok({ entity, changes: [...changes, ...space.changes()], dirty });
}

interface Grown extends Decision<Subnetpool> {
  /** With the new prefixes free. */
  readonly space: FreeSpace;
}

function grow(
  pool: Subnetpool,
  input: Partial<SubnetpoolInput>,
  world: UpdateWorld,
  context: RuleContext,
): Result<Grown, Problem> {
  const isSubset = !input.prefixes || without(pool.prefixes, compactIn(pool, input.prefixes)).length === 0;
  if (!isSubset) return err(illegalPrefixUpdate({ reason: 'Existing prefixes must be a subset of the new prefixes' }));
  const shape = decideShape({ ...pool, ...input });
  if (!shape.ok) return shape;
  const { currentScope } = world;
  if (currentScope && !context.caller.isAdmin && currentScope.projectId !== context.caller.projectId)
    return err(scopeNotOwned({ id: pool.id, addressScopeId: currentScope.id }));
  const decision = updated(subnetpoolTable, pool, { ...input, ...shape.value }, context);
  const wrong =
    checkScope(decision.entity, world) ?? (world.scope && world.partsNetworks ? networkScopeAffinity() : undefined);
  if (wrong) return err(wrong);
  const space = new FreeSpace(pool.id, world.free);
  for (const prefix of without(decision.entity.prefixes, pool.prefixes)) space.give(prefix);
  return ok({ ...decision, space });
}

/** Of the pools of an address scope, no two have an address in common (db_base_plugin_v2 `_validate_address_scope_id`). */
function checkScope(pool: Subnetpool, { scope, neighbours }: ScopeWorld): Problem | undefined {
  if (!scope) return undefined;
  if (scope.ipVersion !== pool.ipVersion)
    return otherFamilyScope({ id: pool.id, addressScopeId: scope.id, ipVersion: scope.ipVersion });
  const isShared = neighbours.some(({ prefixes }) => intersection(prefixes, pool.prefixes).length > 0);
  return isShared ? scopeConflict() : undefined;
}

/** A pool ends, with its policies, when no subnet is of it. */
export function decideDelete(pool: Subnetpool, { isUsed, policies }: DeleteWorld): Outcome {
  if (isUsed) return err(poolInUse());
  const { changes, ...rest } = removed(subnetpoolTable, pool);
  const space = deleteRows(freeBlockTable, { column: 'subnetpool_id', value: pool.id, claimScope: `free:${pool.id}` });
  return ok({ ...rest, changes: [space, ...policies.map(endPolicy), ...changes] });
}

/** Takes prefixes, or parts of them, out of the pool: what of them is in it must be free. */
export function decideRemovePrefixes(
  pool: Subnetpool,
  gone: readonly Prefix[],
  free: readonly Prefix[],
  context: RuleContext,
): Outcome {
  if (gone.length === 0) return ok({ entity: pool, changes: [], dirty: [] });
  const space = new FreeSpace(pool.id, free);
  if (!gone.every((prefix) => space.take(prefix)))
    return err(illegalPrefixUpdate({ reason: 'One or more the prefixes to be removed is in use by a subnet.' }));
  const { changes, ...rest } = updated(subnetpoolTable, pool, { prefixes: without(pool.prefixes, gone) }, context);
  return ok({ ...rest, changes: [...changes, ...space.changes()] });
}

/** The answer of `onboard_network_subnets`: the subnets that are of the pool now. */
export interface Onboarded {
  readonly changes: readonly Change[];
  readonly dirty: readonly Key[];
  readonly answer: Json;
}

/**
 * Makes the subnets of a network subnets of the pool, to which their prefixes are added. Only the network's owner may:
 * Neutron asks who owns the pool alone.
 */
export function decideOnboard(
  pool: Subnetpool,
  networkId: NetworkId,
  world: OnboardWorld,
  context: RuleContext,
): Result<Onboarded, Problem> {
  const { network, subnets } = world;
  if (!network) return err(notFound({ resource: 'network', id: networkId }));
  if (!context.caller.isAdmin && network.projectId !== context.caller.projectId)
    return err(forbidden({ rule: 'onboard_network_subnets' }));
  const known = new FreeSpace(pool.id, world.free);
  for (const { id, cidr } of subnets)
    if (!intersection(pool.prefixes, [cidr]).every((part) => known.take(part)))
      return err(onboardConflict({ id: pool.id, subnetId: id, cidr }));
  const cidrs = subnets.map(({ cidr }) => cidr);
  const grown = grow(pool, { prefixes: [...pool.prefixes, ...cidrs] }, world, context);
  if (!grown.ok) return grown;
  const { space, changes } = grown.value;
  for (const cidr of cidrs) space.take(cidr);
  const moved = subnets.map((subnet) => nextRevision({ ...subnet, subnetpoolId: pool.id }, context.now));
  return ok({
    changes: [
      ...changes,
      ...released(world.releases),
      ...space.changes(),
      ...moved.map((each) => updateRow(subnetTable, each)),
    ],
    dirty: [],
    answer: subnets.map(({ id, cidr }) => ({ id, cidr: formatPrefix(cidr) })),
  });
}
