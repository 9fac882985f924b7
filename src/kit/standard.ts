import type { Brand } from '../base/index.ts';

/** Keystone's project id: opaque text, the empty string for what belongs to no project. */
export type ProjectId = Brand<string, 'ProjectId'>;

/** A thing that belongs to a project, without the other standard attributes. */
export interface Owned {
  readonly projectId: ProjectId;
  readonly revision: number;
}

/** The attributes that most resources have (neutron-lib api/definitions/standard_attr_*.py). */
export interface Standard extends Owned {
  readonly description: string;
  readonly tags: readonly string[];
  /** Neutron's revision_number: 1 at creation, one more with every change of the row. Never falls. */
  readonly revision: number;
  /** ISO 8601 in UTC with whole seconds, as Neutron prints it: `2026-11-21T20:00:00Z`. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** An entity that was just made: its first revision. */
export function firstRevision(now: string): {
  readonly revision: 1;
  readonly createdAt: string;
  readonly updatedAt: string;
} {
  return { revision: 1, createdAt: now, updatedAt: now };
}

/** The next revision of a changed entity. */
export function nextRevision<T extends Standard>(entity: T, now: string): T {
  return { ...entity, revision: entity.revision + 1, updatedAt: now };
}
