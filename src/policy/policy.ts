import type { Caller } from '../auth/index.ts';
import { err, ok, type Result } from '../base/index.ts';
import { type AnyResource, forbidden, type Problem, type ProjectId, type Requirement } from '../kit/index.ts';

/** The thing that an action is about. */
export interface Target {
  readonly projectId: ProjectId | undefined;
  /** The project that owns the thing's parent. */
  readonly parentProjectId: ProjectId | undefined;
}

/** A rule of a policy: its name, as Neutron has it, and the callers that fulfil it. */
export interface Rule {
  /** `create_port`, `add_router_interface` */
  readonly name: string;
  readonly requirement: Requirement;
}

/** The rule of a verb, or of one of the resource's actions: these carry their own names. */
export function ruleOf({ definition, policy, actions = {} }: Ruled, verb: string): Rule {
  const { name: called, key = called, ruleStem = key } = definition;
  const action = actions[verb];
  if (action) return { name: action.rule ?? verb, requirement: policy[verb] ?? 'admin' };
  if (verb === 'list') return { name: `get_${ruleStem}`, requirement: policy.list ?? policy.get ?? 'admin' };
  return { name: `${verb}_${ruleStem}`, requirement: policy[verb] ?? 'admin' };
}

type Ruled = Pick<AnyResource, 'definition' | 'policy' | 'actions'>;

/** Requirements that say nothing of the caller's roles. */
const anyRole: ReadonlySet<Requirement> = new Set(['anyone', 'project', 'reader']);

/** Decides before anything is read: what no thing of that kind could allow to this caller. */
export function authorizeAction(caller: Caller, { name, requirement }: Rule): Result<void, Problem> {
  if (caller.isAdmin || anyRole.has(requirement)) return ok(undefined);
  if (requirement !== 'admin' && caller.roles.includes('member')) return ok(undefined);
  return err(forbidden({ rule: name }));
}

/** Decides about one thing that the caller sees. */
export function authorizeTarget(caller: Caller, { name, requirement }: Rule, target: Target): Result<void, Problem> {
  return isAllowed(caller, requirement, target) ? ok(undefined) : err(forbidden({ rule: name }));
}

/** An attribute that needs more rights than the thing itself, for all values or for some. */
export interface GuardedAttribute {
  readonly name: string;
  readonly writableBy?: 'admin' | 'parent-owner';
  restricts?(value: unknown): boolean;
}

/** Decides about a value that the caller gave. */
export function authorizeAttribute(
  caller: Caller,
  { name }: Rule,
  attribute: GuardedAttribute,
  value: unknown,
  target: Target,
): Result<void, Problem> {
  const isGuarded = attribute.writableBy !== undefined && (attribute.restricts?.(value) ?? true);
  if (!isGuarded || isAllowed(caller, attribute.writableBy ?? 'admin', target)) return ok(undefined);
  return err(forbidden({ rule: `${name}:${attribute.name}` }));
}

function isAllowed(caller: Caller, requirement: Requirement, target: Target): boolean {
  if (caller.isAdmin) return true;
  const isMember = caller.roles.includes('member');
  const ownsThing = isMember && target.projectId === caller.projectId;
  const ownsParent = isMember && target.parentProjectId === caller.projectId;
  switch (requirement) {
    case 'anyone':
    case 'reader':
      return true;
    case 'project':
      return target.projectId === caller.projectId;
    case 'owner':
    case 'member':
      return ownsThing;
    case 'owner-or-parent-owner':
      return ownsThing || ownsParent;
    case 'parent-owner':
      return ownsParent;
    case 'admin':
      return false;
  }
}
