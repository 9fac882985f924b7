import type { Family } from '../../ip/index.ts';
import type { Reader, RuleContext, ScopedReader } from '../../kit/index.ts';
import type { QosPolicyId } from '../ids.ts';
import { autoDeletedOwners } from '../port/owner.ts';
import { type Port, portTable } from '../port/port.ts';
import { readRouterPortsOn } from '../port/world.ts';
import { type PolicyChoice, readPolicyChoice } from '../qos-policy/choice.ts';
import { findDefaultId } from '../qos-policy/default-policy.ts';
import type { RbacPolicy } from '../rbac-policy/rbac-policy.ts';
import { readPolicies } from '../rbac-policy/sharing.ts';
import { type Subnet, subnetTable } from '../subnet/subnet.ts';
import { type Release, readReleases } from '../subnetpool/release.ts';
import type { Network, NetworkInput } from './network.ts';
import { checkSegment, readSegment, type Segment, type SegmentSpace } from './segment.ts';
import { readSegmentSpace } from './segment-space.ts';

/** The facts that creating a network needs. */
export interface NetworkCreateWorld extends PolicyChoice {
  readonly space: SegmentSpace;
  /** As asked for, or a free one; undefined when all are in use. */
  readonly segment: Segment | undefined;
  /** That of the project's default policy, for a request that names none. */
  readonly defaultQosPolicyId?: QosPolicyId | undefined;
}

/** Finds a segment for a network to be made, and looks at the policy that it may get. */
export async function readCreateWorld(
  reader: ScopedReader,
  input: NetworkInput,
  context: RuleContext,
): Promise<NetworkCreateWorld> {
  const space = await readSegmentSpace(reader.unscoped, context.projectId, context.settings);
  const asked = checkSegment(input, space);
  return {
    space,
    segment: asked.ok ? await readSegment(reader, asked.value, space, context) : undefined,
    ...(await readPolicyChoice({ before: undefined, input }, reader)),
    // It is the project's own, whoever makes the network for it.
    defaultQosPolicyId: await findDefaultId(reader.unscoped, context.projectId),
  };
}

/** The facts that changing a network needs. */
export interface NetworkUpdateWorld extends PolicyChoice {
  /** The ports on it that are routers', if its MTU may change. */
  readonly routerPorts: readonly Port[];
  /** The IP versions of its subnets, if its MTU may change. */
  readonly families: readonly Family[];
  /** Whether another project has a port on it, if that may stand in the way. */
  readonly isUsedByOthers: boolean;
  /** The policies about it, if the request changes whether it is shared. */
  readonly policies: readonly RbacPolicy[];
}

/**
 * Reads the ports that a change concerns, and who else uses the network, as far as this change depends on it: all ports
 * and all policies, whoever owns them.
 */
export async function readUpdateWorld(
  scoped: ScopedReader,
  network: Network,
  input: Partial<NetworkInput>,
): Promise<NetworkUpdateWorld> {
  const reader = scoped.unscoped;
  const policies = input.shared === undefined ? [] : await readPolicies(reader, network.id);
  return {
    policies,
    ...(await readPolicyChoice({ before: network, input }, scoped)),
    routerPorts: 'mtuBytes' in input ? await readRouterPortsOn(reader, network.id) : [],
    families: 'mtuBytes' in input ? await readFamilies(reader, network) : [],
    isUsedByOthers: input.shared === false && (await isUsedByOthers(reader, network, policies)),
  };
}

async function readFamilies(reader: Reader, { id }: Network): Promise<readonly Family[]> {
  const subnets = await reader.list(subnetTable, { where: { kind: 'in', column: 'network_id', values: [id] } });
  return subnets.map(({ ipVersion }) => ipVersion);
}

/** The facts that deleting a network needs. */
export interface NetworkDeleteWorld {
  /** Any ports that hold it; not necessarily all. */
  readonly ports: readonly Port[];
  /** The ports that go with it. */
  readonly autoDeletedPorts: readonly Port[];
  readonly subnets: readonly Subnet[];
  /** What these give back to the pools that they are of. */
  readonly releases: readonly Release[];
  readonly policies: readonly RbacPolicy[];
}

/** Reads the ports that forbid the deletion (ten of them at most), and the subnets and policies that go with it. */
export async function readDeleteWorld(reader: Reader, network: Network): Promise<NetworkDeleteWorld> {
  const onNetwork = { kind: 'in', column: 'network_id', values: [network.id] } as const;
  const isAutoDeleted = { kind: 'in', column: 'device_owner', values: autoDeletedOwners } as const;
  const holding = { kind: 'all', of: [onNetwork, { kind: 'not', of: isAutoDeleted }] } as const;
  const subnets = await reader.list(subnetTable, { where: onNetwork });
  return {
    ports: await reader.list(portTable, { where: holding, limit: 10 }),
    autoDeletedPorts: await reader.list(portTable, { where: { kind: 'all', of: [onNetwork, isAutoDeleted] } }),
    subnets,
    releases: await readReleases(reader, subnets),
    policies: await readPolicies(reader, network.id),
  };
}

/** Projects that a policy of their own names may stay when not all may. */
async function isUsedByOthers(
  reader: Reader,
  { id, projectId }: Network,
  policies: readonly RbacPolicy[],
): Promise<boolean> {
  const where = {
    kind: 'all',
    of: [
      { kind: 'in', column: 'network_id', values: [id] },
      {
        kind: 'not',
        of: {
          kind: 'in',
          column: 'project_id',
          values: [projectId, ...policies.map(({ targetTenant }) => targetTenant)],
        },
      },
    ],
  } as const;
  return (await reader.listIds(portTable, { where, limit: 1 })).length > 0;
}
