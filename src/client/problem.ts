import type { JsonObject, JsonValue } from './json.ts';

/** Why a request was not granted, in the API's own words. */
export interface ApiProblem {
  /** The HTTP status; 0 when no answer came at all. */
  readonly status: number;
  /** Neutron's error type, as `SubnetInUse`; the HTTP reason for errors from before any resource was reached. */
  readonly type: string;
  readonly message: string;
  readonly detail: string;
  /** The method and path that were refused. */
  readonly request: string;
}

/** One line for a log, a terminal, or the evidence of a verdict. */
export function describeProblem({ request, status, type, message }: ApiProblem): string {
  const outcome = status === 0 ? 'no answer' : `${status} ${type}`;
  return `${request} -> ${outcome}: ${message}`;
}

/** An `ApiProblem` that is thrown, for callers to whom every refusal is a failure. */
export class ApiError extends Error {
  readonly problem: ApiProblem;

  constructor(problem: ApiProblem) {
    super(describeProblem(problem));
    this.name = 'ApiError';
    this.problem = problem;
  }
}

/**
 * Reads the three forms of error that clouds answer with: `NeutronError` of the API itself, `error` of the identity
 * service's middleware, and `code`/`title`/`message` of the layer below, which answers for unknown paths.
 */
export function parseProblem(request: string, status: number, body: JsonValue | undefined): ApiProblem {
  const top = asObject(body);
  const inner = asObject(top.NeutronError ?? top.error);
  const source = Object.keys(inner).length > 0 ? inner : top;
  return {
    status,
    type: text(source.type) || text(source.title) || 'HttpError',
    message: (text(source.message) || text(top.NeutronError)).replace(/<br \/>|\n+/g, ' ').trim(),
    detail: text(source.detail),
    request,
  };
}

/** The problem of a request that got no answer. Its status is 0. */
export function unreachable(request: string, cause: unknown): ApiProblem {
  const message = cause instanceof Error ? cause.message || cause.name : String(cause);
  return { status: 0, type: 'Unreachable', message, detail: '', request };
}

function asObject(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !isList(value) ? value : {};
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** `Array.isArray` does not narrow readonly arrays away. */
function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
