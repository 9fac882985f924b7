import { err, type Result } from '../base/index.ts';
import {
  attributeTypes,
  invalidInput,
  nextRevision,
  notFound,
  type Problem,
  type Standard,
  type Stored,
  updateRow,
} from '../kit/index.ts';
import type { UnitOfWork } from '../store/index.ts';
import { type ApiContext, apply, ruleContext } from './context.ts';
import { findForChange, type MemberRequest } from './member.ts';
import type { Served } from './served.ts';

type Tags = readonly string[];

const tagType = attributeTypes.text(255);
const tagList = attributeTypes.list(tagType, (tag) => tag);

/** `{"tags": ["a", "b"]}`, none twice (neutron extensions/tagging.py `validate_tags`). */
export function parseTags(body: unknown): Result<Tags, Problem> {
  const wanted = attributeTypes.isObject(body) ? body.tags : undefined;
  if (wanted === undefined || wanted === null) return err(invalidInput('Invalid tags body'));
  return asInput(tagList.parse(wanted));
}

/** The tag in a path. */
export function parseTag(text: string): Result<string, Problem> {
  return asInput(tagType.parse(text));
}

function asInput<T>(parsed: Result<T, Problem>): Result<T, Problem> {
  return parsed.ok ? parsed : err(invalidInput(parsed.error.message));
}

/** Replaces a thing's tags by what `change` makes of them, if it has tags and the caller may update it. */
export async function changeTags(
  context: ApiContext,
  served: Served,
  request: MemberRequest,
  change: (tags: Tags) => Result<Tags, Problem>,
  unit: UnitOfWork,
): Promise<Result<Tags, Problem>> {
  const found = await findForChange(context, served, request, 'update', unit);
  if (!found.ok) return found;
  const { entity } = found.value;
  if (!isTagged(entity)) return err(notFound({ resource: 'tag', id: request.id }));
  const tags = change(entity.tags);
  if (!tags.ok) return tags;
  const { now } = ruleContext(context, request.caller);
  const changed = { ...nextRevision(entity, now), tags: tags.value };
  const applied = await apply(context, unit, { changes: [updateRow(served.resource.table, changed)], dirty: [] });
  return applied.ok ? tags : applied;
}

/** Whether an entity is of those that carry tags. */
export function isTagged<E extends Stored>(entity: E): entity is E & Standard {
  return 'tags' in entity;
}
