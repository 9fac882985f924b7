import type { Caller } from '../auth/index.ts';
import { err, ok, type Result } from '../base/index.ts';
import { type AnyAttribute, attributeTypes, invalidAttribute, type Problem, type ProjectId } from '../kit/index.ts';

type Input = Readonly<Record<string, unknown>>;

/** A request's body, parsed to the input that rules take. */
export interface ParsedBody {
  readonly input: Input;
  /** Names of the attributes that the client gave, as on the wire. */
  readonly given: readonly string[];
  /** Owner of a new thing. */
  readonly projectId?: ProjectId;
}

/** Takes `{"port": {...}}` or, where allowed, `{"ports": [{...}, ...]}` apart. */
export function unwrap(body: unknown, name: string, collection?: string): Result<readonly unknown[] | Input, Problem> {
  if (attributeTypes.isObject(body)) {
    const single = body[name];
    if (attributeTypes.isObject(single)) return ok(single);
    const many = collection === undefined ? undefined : body[collection];
    if (Array.isArray(many)) {
      if (many.length > 0) return ok(many);
      return err(invalidAttribute('Resources required'));
    }
  }
  return err(invalidAttribute(`Unable to find '${name}' in request body`));
}

/** Whether a parsed body asks for several things at once (a bulk create). */
export function isList(body: readonly unknown[] | Input): body is readonly unknown[] {
  return Array.isArray(body);
}

const projectText = attributeTypes.text(255);

/** The project that will own the thing: named in the body, by administrators, or the caller's. */
export function projectOf(
  body: unknown,
  caller: Caller,
): Result<{ readonly projectId: ProjectId; readonly rest: Input }, Problem> {
  if (!attributeTypes.isObject(body)) return err(invalidAttribute('The request body must hold objects'));
  const { project_id: projectId, tenant_id: tenantId, ...rest } = body;
  const wanted = projectId ?? tenantId;
  if (wanted === undefined || wanted === null) return ok({ projectId: caller.projectId, rest });
  const parsed = projectText.parse(wanted);
  if (!parsed.ok) return err(named(parsed.error, 'project_id'));
  if (tenantId !== undefined && tenantId !== wanted)
    return err(invalidAttribute("'project_id' and 'tenant_id' do not match"));
  if (wanted !== caller.projectId && !caller.isAdmin)
    return err(
      invalidAttribute(
        "Specifying 'project_id' or 'tenant_id' other than the authenticated project in request requires admin privileges",
      ),
    );
  return ok({ projectId: parsed.value as ProjectId, rest });
}

/** Turns a body into the input of rules: nothing unknown, nothing read-only, all that is required, all of its type. */
export function parseFields(
  body: unknown,
  attributes: readonly AnyAttribute[],
  byName: ReadonlyMap<string, AnyAttribute>,
  operation: 'create' | 'update',
  resource: string,
): Result<ParsedBody, Problem> {
  if (!attributeTypes.isObject(body)) return err(invalidAttribute('The request body must hold objects'));
  const given = Object.keys(body);
  const unknown = given.filter((name) => !byName.has(name));
  if (unknown.length > 0) return err(invalidAttribute(`Unrecognized attribute(s) '${unknown.join(', ')}'`));
  const input: Record<string, unknown> = {};
  for (const name of given) {
    const attribute = byName.get(name);
    if (!attribute || attribute.access === 'read-only' || !attribute.access.includes(operation))
      return err(invalidAttribute(`Attribute '${name}' not allowed in ${operation === 'create' ? 'POST' : 'PUT'}`));
    const parsed = attribute.type.parse(body[name]);
    if (!parsed.ok) return err(named(parsed.error, name));
    input[attribute.field] = parsed.value;
  }
  const missing = operation === 'create' ? fillDefaults(input, body, attributes) : undefined;
  if (missing !== undefined)
    return err(
      invalidAttribute(`Failed to parse request. Required attribute '${missing}' of ${resource} not specified`),
    );
  return ok({ input, given });
}

/** Completes the input of a creation. Returns the name of a required attribute that is missing. */
function fillDefaults(
  input: Record<string, unknown>,
  body: Input,
  attributes: readonly AnyAttribute[],
): string | undefined {
  for (const attribute of attributes) {
    if (attribute.access === 'read-only' || attribute.name in body) continue;
    if (attribute.default !== 'required') input[attribute.field] = attribute.default.value;
    else return attribute.name;
  }
  return undefined;
}

/** Says which attribute a type's complaint is about. */
function named(problem: Problem, name: string): Problem {
  if (problem.reason === undefined) return problem;
  const reason = `Invalid input for ${name}. Reason: ${problem.reason}.`;
  return { ...problem, message: reason, reason };
}
