import type { Uuid } from '../base/index.ts';
import type { Change, Entities, ResourceKind } from './entities.ts';
import type { ProjectId } from './ids.ts';
import type { Key } from './keys.ts';
import type { ResourceSettings } from './settings.ts';

/** What a rule decided: the entity the client sees, the rows to write in this order, and what must be looked at again. */
export interface Decision<K extends ResourceKind> {
  readonly entity: Entities[K];
  readonly changes: readonly Change[];
  readonly dirty: readonly Key[];
}

/** What a rule knows besides its world. Time and chance come from here only. */
export interface RuleContext {
  /** Owner of what is created. */
  readonly projectId: ProjectId;
  /** ISO 8601, UTC, whole seconds. */
  readonly now: string;
  readonly settings: ResourceSettings;
  newId(): Uuid;
  /** A whole number from 0 to `below` - 1. */
  random(below: bigint): bigint;
}
