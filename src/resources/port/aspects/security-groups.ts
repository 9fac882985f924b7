import { err, ok, type Result } from '../../../base/index.ts';
import { formatPrefix, type Prefix } from '../../../ip/index.ts';
import {
  type Aspect,
  attributeTypes,
  changeable,
  fieldTypes,
  type Key,
  notFound,
  type Problem,
  type ProjectId,
  type Reader,
  unavailable,
} from '../../../kit/index.ts';
import type { PortId, SecurityGroupId } from '../../ids.ts';
import { findDefaultGroupId } from '../../security-group/default-group.ts';
import { type SecurityGroup, securityGroupTable } from '../../security-group/security-group.ts';
import { inSecurityGroup, membersScope, pairsScope } from '../claims.ts';
import { isTrusted } from '../owner.ts';
import { groupsWithoutPortSecurity, mixedStatefulness, portHasGroups } from '../refusals.ts';

type GroupIds = readonly SecurityGroupId[];

const { list, nullable, uuid } = attributeTypes;

const groupIds = list(uuid<SecurityGroupId>('security_group'), (id) => id);

const fields = {
  /** Empty: nothing passes to or from the port but what it needs to have addresses, unless its security is off. */
  securityGroupIds: changeable(fieldTypes.list(fieldTypes.uuid<SecurityGroupId>('security_group')), {
    name: 'security_groups',
    // Undefined, or null in a request: the default group for a new port, and none for a port that exists.
    given: nullable(groupIds),
    default: undefined,
    isUnfiltered: true,
  }),
};

interface Draft {
  readonly id: PortId;
  readonly deviceOwner: string;
  readonly portSecurityEnabled: boolean;
  readonly allowedAddressPairs: readonly { readonly ipAddress: Prefix }[];
}

/** The values of a port that its groups' addresses depend on. */
type Member = Draft & { readonly securityGroupIds: GroupIds };

/** neutron extensions/securitygroup.py; groups and rules are resources of their own */
export const securityGroups: Aspect<typeof fields, Draft, GroupsWorld> = {
  extension: {
    alias: 'security-group',
    name: 'security-group',
    description: 'The security groups extension.',
    updated: '2012-10-05T10:00:00-00:00',
  },
  fields,
  // `security_groups=<id>`: the ports in any of these groups (neutron-lib security_groups_port_filtering.py).
  filters: {
    security_groups: (ids) => ok({ kind: 'any', of: ids.map((id) => inSecurityGroup(id as SecurityGroupId)) }),
  },
  async read({ before, input: { securityGroupIds } }, reader, { projectId }) {
    return {
      groups: await readGroups(reader, securityGroupIds),
      defaultGroupId: before ? undefined : await readDefaultGroupId(reader, projectId, securityGroupIds),
    };
  },
  decide({ before, draft, input }, world) {
    const { securityGroupIds: requested } = input;
    const chosen = before
      ? changeGroups(
          { ...draft, requested: 'securityGroupIds' in input ? (requested ?? []) : undefined },
          before.securityGroupIds,
          world,
        )
      : chooseGroups({ ...draft, requested }, world);
    return chosen.ok ? ok({ securityGroupIds: chosen.value }) : chosen;
  },
  claims: ({ id, securityGroupIds, allowedAddressPairs }) => {
    const scopesOf = allowedAddressPairs.length > 0 ? [membersScope, pairsScope] : [membersScope];
    return securityGroupIds.flatMap((group) => scopesOf.map((scopeOf) => ({ scope: scopeOf(group), value: id })));
  },
  dirty: addressKeys,
};

/** The groups that a port may be in. */
export interface GroupsWorld {
  /** Those of the groups that the request names that the caller may use. */
  readonly groups: readonly SecurityGroup[];
  /** That of the port's project, where the request names none. */
  readonly defaultGroupId: SecurityGroupId | undefined;
}

/** The values of a new or changed port that decide whether it may be in groups. */
export interface GroupsRequest extends Pick<Draft, 'deviceOwner' | 'portSecurityEnabled'> {
  /** Undefined: the request does not name any. */
  readonly requested: readonly SecurityGroupId[] | undefined;
}

/** Chooses a new port's groups (neutron plugins/ml2/plugin.py `_portsec_ext_port_create_processing`). */
export function chooseGroups(request: GroupsRequest, world: GroupsWorld): Result<GroupIds, Problem> {
  const { requested } = request;
  if (hasNoGroups(request)) return withoutGroups(request);
  if (requested) return checkGroups(requested, world);
  // It was made before the request was served: an administrator has deleted it since.
  if (!world.defaultGroupId) return err(unavailable('The default security group was deleted meanwhile.'));
  return ok([world.defaultGroupId]);
}

/** Chooses the groups of a port that is changed; without a word about them it keeps what it has. */
export function changeGroups(request: GroupsRequest, current: GroupIds, world: GroupsWorld): Result<GroupIds, Problem> {
  const { requested, deviceOwner } = request;
  if (hasNoGroups(request)) {
    const keeps = !requested && current.length > 0 && !isTrusted({ deviceOwner });
    return keeps ? err(portHasGroups()) : withoutGroups(request);
  }
  return requested ? checkGroups(requested, world) : ok(current);
}

/** Names the groups whose ports have other pairs with a port's change: OVN knows all its other addresses by itself. */
export function addressKeys(before: Member | undefined, after: Member | undefined): readonly Key[] {
  const versions = [before, after].filter((port) => port !== undefined);
  const hasPairs = versions.some(({ allowedAddressPairs }) => allowedAddressPairs.length > 0);
  if (!hasPairs || (before && after && hasSameAddresses(before, after))) return [];
  const ids = new Set(versions.flatMap(({ securityGroupIds }) => securityGroupIds));
  return [...ids].map((id) => ({ kind: 'security-group-addresses', id }));
}

function hasSameAddresses(before: Member, after: Member): boolean {
  const text = ({ securityGroupIds, allowedAddressPairs }: Member) =>
    [...securityGroupIds, ...allowedAddressPairs.map(({ ipAddress }) => formatPrefix(ipAddress))].join();
  return text(before) === text(after);
}

/** Reads the groups that a request about a port names. Undefined: it names none. */
async function readGroups(
  reader: Reader,
  requested: readonly SecurityGroupId[] | undefined,
): Promise<GroupsWorld['groups']> {
  if (!requested || requested.length === 0) return [];
  return reader.list(securityGroupTable, { where: { kind: 'in', column: 'id', values: requested } });
}

/** Reads the default group's id for a port that is to be in it. */
async function readDefaultGroupId(
  reader: Reader,
  projectId: ProjectId,
  requested: readonly SecurityGroupId[] | undefined,
): Promise<SecurityGroupId | undefined> {
  return requested ? undefined : findDefaultGroupId(reader, projectId);
}

/** Rules are about guests, and need to know which addresses are theirs. */
function hasNoGroups({ deviceOwner, portSecurityEnabled }: GroupsRequest): boolean {
  return isTrusted({ deviceOwner }) || !portSecurityEnabled;
}

/** For ports that serve the network, groups are ignored; without port security they are refused. */
function withoutGroups({ deviceOwner, requested = [] }: GroupsRequest): Result<GroupIds, Problem> {
  return isTrusted({ deviceOwner }) || requested.length === 0 ? ok([]) : err(groupsWithoutPortSecurity());
}

function checkGroups(requested: readonly SecurityGroupId[], { groups }: GroupsWorld): Result<GroupIds, Problem> {
  const statefulness = new Map(groups.map(({ id, stateful }) => [id, stateful]));
  const missing = requested.filter((id) => !statefulness.has(id));
  if (missing.length > 0) return err(notFound({ resource: 'security_group', id: missing.join(', ') }));
  const kinds = new Set(requested.map((id) => statefulness.get(id)));
  return kinds.size > 1 ? err(mixedStatefulness()) : ok(requested);
}
