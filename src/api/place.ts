import type { FastifyRequest } from 'fastify';
import type { Caller } from '../auth/index.ts';
import { err, ok, type Result } from '../base/index.ts';
import { attributeTypes, invalidAttribute, type Problem, type Reader } from '../kit/index.ts';
import type { Catalog } from './catalog.ts';
import { checkReferences } from './references.ts';
import { scopedReader } from './scoped-reader.ts';
import type { Served } from './served.ts';

/** The attribute that a path gives: `{"policy_id": "<id>"}` of `/v2.0/qos/policies/<id>/bandwidth_limit_rules`. */
export type Place = Readonly<Record<string, string>>;

/** The parent that a request's path names, as a value of its attribute; nothing for a resource of its own. */
export function placeOf({ parentInPath }: Served, request: FastifyRequest): Place {
  if (parentInPath === undefined) return {};
  const params = request.params as Readonly<Record<string, string>>;
  return { [parentInPath]: params[parentInPath] ?? '' };
}

/** The body of a new part, with its parent, which the path alone says. */
export function placed(body: unknown, place: Place): Result<unknown, Problem> {
  const [name] = Object.keys(place);
  if (name === undefined || !attributeTypes.isObject(body)) return ok(body);
  if (name in body) return err(invalidAttribute(`Attribute '${name}' not allowed in POST`));
  return ok({ ...body, ...place });
}

/** Refuses a path below a parent that does not exist for the caller. */
export async function checkPlace(
  catalog: Catalog,
  served: Served,
  place: Place,
  reader: Reader,
  caller: Caller,
): Promise<Result<void, Problem>> {
  const { parent, parentInPath } = served;
  if (!parent || parentInPath === undefined) return ok(undefined);
  const input = { [parent.field]: place[parentInPath] };
  return checkReferences(catalog, served, input, scopedReader(reader, catalog, caller));
}
