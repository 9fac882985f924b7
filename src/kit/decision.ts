import type { Uuid } from '../base/index.ts';
import type { Change } from './change.ts';
import type { Key } from './key.ts';
import type { ResourceSettings } from './settings.ts';
import type { ProjectId } from './standard.ts';
import type { Stored } from './table.ts';

/** A rule's result: the entity that the client sees, the rows to write in this order, and the dirty keys. */
export interface Decision<Entity extends Stored> {
  readonly entity: Entity;
  readonly changes: readonly Change[];
  readonly dirty: readonly Key[];
}

/** The caller of a request, as far as a rule may have to know. */
export interface RuleCaller {
  readonly projectId: ProjectId;
  /** Whether it may use what is another project's. */
  readonly isAdmin: boolean;
}

/** A rule's input besides its world. Time and chance come from here only. */
export interface RuleContext {
  /** Owner of what is created: the caller's project, or the one that an administrator named. */
  readonly projectId: ProjectId;
  readonly caller: RuleCaller;
  /** ISO 8601, UTC, whole seconds. */
  readonly now: string;
  readonly settings: ResourceSettings;
  newId(): Uuid;
  /** A whole number from 0 to `below` - 1. */
  random(below: bigint): bigint;
}
