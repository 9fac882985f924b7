import { type Problem, refusal } from './refusal.ts';

interface Thing {
  /** As its definition names it: `security_group`. */
  readonly resource: string;
  readonly id: string;
}

/** Also the answer for what exists, but not for this caller. */
export function notFound({ resource, id }: Thing): Problem {
  const type = `${pascal(resource)}NotFound`;
  return { kind: 'not-found', status: 404, type, message: `${pascal(resource)} ${id} could not be found.` };
}

/** A 409: the thing cannot be changed or deleted because something else uses it, which `reason` says. */
export function inUse({ resource, id, reason }: Thing & { readonly reason: string }): Problem {
  const message = `Unable to complete operation on ${resource} ${id}. ${reason}`;
  return { kind: 'in-use', status: 409, type: `${pascal(resource)}InUse`, message };
}

/** A value that its attribute's definition refuses. */
export function invalidAttribute(reason: string): Problem {
  return { kind: 'invalid-attribute', status: 400, type: 'HTTPBadRequest', message: reason, reason };
}

/** Values that are well-formed but can't be had, alone or together. */
export function invalidInput(reason: string): Problem {
  const message = reason.startsWith('Invalid input') ? reason : `Invalid input for operation: ${reason}.`;
  return { kind: 'invalid-input', status: 400, type: 'InvalidInput', message, reason };
}

/** A request that makes no sense for this resource. */
export const badRequest = refusal<{ readonly resource: string; readonly reason: string }>('bad-request', {
  status: 400,
  type: 'BadRequest',
  message: ({ resource, reason }) => `Bad ${resource} request: ${reason}.`,
});

/** The caller may not do it. `rule` is named as Neutron names it: `create_port:fixed_ips`. */
export const forbidden = refusal<{ readonly rule: string }>('forbidden', {
  status: 403,
  type: 'PolicyNotAuthorized',
  message: ({ rule }) => `(rule:${rule}) is disallowed by policy`,
});

/** Given when a request carries no valid token. */
export const unauthenticated = refusal('unauthenticated', {
  status: 401,
  type: 'Unauthorized',
  message: () => 'The request you have made requires authentication.',
});

/** Given when the thing's revision is not the one in the request's `If-Match` header (RFC 9110 §13.1.1). */
export const revisionMismatch = refusal<{ readonly expected: number }>('revision-mismatch', {
  status: 412,
  type: 'RevisionNumberConstraintFailed',
  message: ({ expected }) => `Constrained to ${expected}, but current revision is different.`,
});

/** The same request may succeed later. */
export function unavailable(reason: string): Problem {
  return { kind: 'unavailable', status: 503, type: 'ServiceUnavailable', message: reason, retryAfterSeconds: 1 };
}

function pascal(name: string): string {
  return name.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}
