import type { Caller } from '../auth/index.ts';
import { err, ok, type Result } from '../base/index.ts';
import { forbidden, type Problem, type ProjectId } from '../kit/index.ts';
import type { Network } from '../resources/index.ts';

/**
 * The callers that may do something.
 * - `anyone`: each authenticated caller;
 * - `reader`: of any project, with any role; what isn't visible to it doesn't exist for it;
 * - `owner`: a member of the project that owns the thing;
 * - `owner-or-network-owner`: or of the project that owns the network it is on;
 * - `network-owner`: a member of the project that owns the network a new thing goes on;
 * - `member`: a member of the project that will own the new thing;
 * - `admin`.
 * An administrator may do all of it.
 */
export type Requirement =
  | 'anyone'
  | 'reader'
  | 'owner'
  | 'owner-or-network-owner'
  | 'network-owner'
  | 'member'
  | 'admin';

/** The thing that an action is about. */
export interface Target {
  readonly projectId?: ProjectId;
  /** The network that the thing is on, or will be. */
  readonly network?: Pick<Network, 'projectId'> | undefined;
}

/** Neutron's defaults (neutron conf/policies), by action. Actions that are not listed are for administrators. */
const requirements: Readonly<Record<string, Requirement>> = {
  get_versions: 'anyone',
  get_extension: 'anyone',
  get_network: 'reader',
  create_network: 'member',
  update_network: 'owner',
  delete_network: 'owner',
  get_subnet: 'reader',
  create_subnet: 'network-owner',
  update_subnet: 'owner-or-network-owner',
  delete_subnet: 'owner-or-network-owner',
  get_port: 'reader',
  create_port: 'member',
  update_port: 'owner-or-network-owner',
  delete_port: 'owner-or-network-owner',
  get_router: 'reader',
  create_router: 'member',
  update_router: 'owner',
  delete_router: 'owner',
  add_router_interface: 'owner',
  remove_router_interface: 'owner',
  get_agent: 'admin',
  update_agent: 'admin',
  delete_agent: 'admin',
};

export function requirementOf(action: string): Requirement {
  return requirements[action] ?? 'admin';
}

/** Decides before anything is read: what no thing of that kind could allow to this caller. */
export function authorizeAction(caller: Caller, action: string): Result<void, Problem> {
  const requirement = requirementOf(action);
  if (caller.isAdmin || requirement === 'anyone' || requirement === 'reader') return ok(undefined);
  if (requirement !== 'admin' && caller.roles.includes('member')) return ok(undefined);
  return err(forbidden({ rule: action }));
}

/** Decides about one thing that the caller sees. */
export function authorizeTarget(caller: Caller, action: string, target: Target): Result<void, Problem> {
  return isAllowed(caller, requirementOf(action), target) ? ok(undefined) : err(forbidden({ rule: action }));
}

/** An attribute that needs more rights than the thing itself, for all values or for some. */
export interface GuardedAttribute {
  readonly name: string;
  readonly writableBy?: 'admin' | 'network-owner';
  restricts?(value: unknown): boolean;
}

/** Decides about a value that the caller gave. */
export function authorizeAttribute(
  caller: Caller,
  action: string,
  attribute: GuardedAttribute,
  value: unknown,
  target: Target,
): Result<void, Problem> {
  const isGuarded = attribute.writableBy !== undefined && (attribute.restricts?.(value) ?? true);
  if (!isGuarded || isAllowed(caller, attribute.writableBy ?? 'admin', target)) return ok(undefined);
  return err(forbidden({ rule: `${action}:${attribute.name}` }));
}

function isAllowed(caller: Caller, requirement: Requirement, target: Target): boolean {
  if (caller.isAdmin) return true;
  const isMember = caller.roles.includes('member');
  const ownsThing = isMember && target.projectId === caller.projectId;
  const ownsNetwork = isMember && target.network?.projectId === caller.projectId;
  switch (requirement) {
    case 'anyone':
    case 'reader':
      return true;
    case 'owner':
    case 'member':
      return ownsThing;
    case 'owner-or-network-owner':
      return ownsThing || ownsNetwork;
    case 'network-owner':
      return ownsNetwork;
    case 'admin':
      return false;
  }
}
