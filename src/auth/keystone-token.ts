import { anything, arrayOf, aString, fit, objectOf, optional } from '../base/index.ts';
import type { ProjectId } from '../kit/index.ts';
import type { Caller } from './caller.ts';

/** What a token is good for, and how long. */
export interface Token {
  /** Undefined: it is neither of a project nor of an administrator, so that nothing may be done with it. */
  readonly caller: Caller | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

const answer = objectOf({
  token: objectOf({
    expires_at: aString(),
    roles: optional(arrayOf(objectOf({ name: aString() }))),
    project: optional(objectOf({ id: aString({ minLength: 1, maxLength: 255 }) })),
    system: optional(anything),
  }),
});

/** Reads what Keystone says about a token (Identity API v3). Undefined: it is nothing of that kind. */
export function parseToken(body: unknown): Token | undefined {
  const fitting = fit(answer, body);
  if (!fitting.ok) return undefined;
  const { expires_at, roles = [], project, system } = fitting.value.token;
  const expiresAt = Date.parse(expires_at);
  if (Number.isNaN(expiresAt)) return undefined;
  const names = roles.map(({ name }) => name.toLowerCase());
  // Roles in a domain give no rights here: it is no project, and not the whole system.
  const isAdmin = names.includes('admin') && (project !== undefined || system !== undefined);
  if (!project && !isAdmin) return { caller: undefined, expiresAt };
  return { caller: { projectId: (project?.id ?? '') as ProjectId, roles: names, isAdmin }, expiresAt };
}
