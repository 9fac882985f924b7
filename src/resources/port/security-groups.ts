import { err, ok, type Result } from '../../base/index.ts';
import { formatPrefix } from '../../ip/index.ts';
import { type Key, notFound, type Problem, type ProjectId, type Reader, unavailable } from '../../kit/index.ts';
import type { SecurityGroupId } from '../ids.ts';
import { findDefaultGroupId } from '../security-group/default-group.ts';
import type { SecurityGroup } from '../security-group/security-group.ts';
import { securityGroupTable } from '../security-group/table.ts';
import { isTrusted, type Port } from './port.ts';
import { groupsWithoutPortSecurity, mixedStatefulness, portHasGroups } from './refusals.ts';

/** The groups that a port may be in. */
export interface GroupsWorld {
  /** Those of the groups that the request names that the caller may use. */
  readonly groups: readonly SecurityGroup[];
  /** That of the port's project, where the request names none. */
  readonly defaultGroupId: SecurityGroupId | undefined;
}

/** What a port is to be, as far as its groups depend on it. */
export interface GroupsRequest extends Pick<Port, 'deviceOwner' | 'portSecurityEnabled'> {
  /** Undefined: the request does not name any. */
  readonly requested: readonly SecurityGroupId[] | undefined;
}

/** Chooses a new port's groups (neutron plugins/ml2/plugin.py `_portsec_ext_port_create_processing`). */
export function chooseGroups(request: GroupsRequest, world: GroupsWorld): Result<Port['securityGroupIds'], Problem> {
  const { requested } = request;
  if (hasNoGroups(request)) return withoutGroups(request);
  if (requested) return checkGroups(requested, world);
  // It was made before the request was served: an administrator has deleted it since.
  if (!world.defaultGroupId) return err(unavailable('The default security group was deleted meanwhile.'));
  return ok([world.defaultGroupId]);
}

/** Chooses the groups of a port that is changed; without a word about them it keeps what it has. */
export function changeGroups(
  request: GroupsRequest,
  current: Port['securityGroupIds'],
  world: GroupsWorld,
): Result<Port['securityGroupIds'], Problem> {
  const { requested, deviceOwner } = request;
  if (hasNoGroups(request)) {
    const keeps = !requested && current.length > 0 && !isTrusted({ deviceOwner });
    return keeps ? err(portHasGroups()) : withoutGroups(request);
  }
  return requested ? checkGroups(requested, world) : ok(current);
}

/** Names the groups whose ports have other addresses with a port's change, besides fixed ones: OVN knows those by itself. */
export function addressKeys(before: Port | undefined, after: Port | undefined): readonly Key[] {
  const versions = [before, after].filter((port) => port !== undefined);
  if (!versions.some(mayHaveMore) || (before && after && hasSameAddresses(before, after))) return [];
  const ids = new Set(versions.flatMap(({ securityGroupIds }) => securityGroupIds));
  return [...ids].map((id) => ({ kind: 'security-group-addresses', id }));
}

/** Only a port that is bound has a host that learns addresses. */
function mayHaveMore({ allowedAddressPairs, binding }: Port): boolean {
  return allowedAddressPairs.length > 0 || binding.hostId !== '';
}

function hasSameAddresses(before: Port, after: Port): boolean {
  const text = ({ securityGroupIds, allowedAddressPairs }: Port) =>
    [...securityGroupIds, ...allowedAddressPairs.map(({ ipAddress }) => formatPrefix(ipAddress))].join();
  return text(before) === text(after);
}

/** Reads the groups that a request about a port names. Undefined: it names none. */
export async function readGroups(
  reader: Reader,
  requested: readonly SecurityGroupId[] | undefined,
): Promise<GroupsWorld['groups']> {
  if (!requested || requested.length === 0) return [];
  return reader.list(securityGroupTable, { where: { kind: 'in', column: 'id', values: requested } });
}

/** Reads the default group's id for a port that is to be in it. */
export async function readDefaultGroupId(
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
function withoutGroups({ deviceOwner, requested = [] }: GroupsRequest): Result<Port['securityGroupIds'], Problem> {
  return isTrusted({ deviceOwner }) || requested.length === 0 ? ok([]) : err(groupsWithoutPortSecurity());
}

function checkGroups(
  requested: readonly SecurityGroupId[],
  { groups }: GroupsWorld,
): Result<Port['securityGroupIds'], Problem> {
  const statefulness = new Map(groups.map(({ id, stateful }) => [id, stateful]));
  const missing = requested.filter((id) => !statefulness.has(id));
  if (missing.length > 0) return err(notFound({ resource: 'security_group', id: missing.join(', ') }));
  const kinds = new Set(requested.map((id) => statefulness.get(id)));
  return kinds.size > 1 ? err(mixedStatefulness()) : ok(requested);
}
