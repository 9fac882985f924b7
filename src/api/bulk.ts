import { Readable } from 'node:stream';
import type { Caller } from '../auth/index.ts';
import { err, errorFields, ok, oneTurn, partsOf, type Result, takeTurns } from '../base/index.ts';
import { invalidAttribute, listById, type Problem } from '../kit/index.ts';
import type { UnitOfWork } from '../store/index.ts';
import type { ParsedBody } from './body.ts';
import type { ApiContext } from './context.ts';
import { createOne, ownerOf, type Written } from './create.ts';
import { type Place, placed } from './place.ts';
import { fulfilPrerequisite } from './prerequisite.ts';
import type { Served } from './served.ts';

/** Shown together: about a millisecond of work. */
const pageSize = 100;

/** Creates all items of a body, or none. Answers the body of the answer: text when it is short, else a stream. */
export async function createMany(
  context: ApiContext,
  served: Served,
  bodies: readonly unknown[],
  caller: Caller,
  place: Place,
): Promise<Result<string | Readable, Problem>> {
  const { collection } = served.resource.definition;
  const maximum = Math.min(served.resource.maxBulkItems ?? Number.POSITIVE_INFINITY, context.settings.maxBulkItems);
  if (bodies.length > maximum)
    return err(invalidAttribute(`At most ${maximum} ${collection} can be created in one request.`));
  const items = await parseAll(served, bodies, caller, place);
  if (!items.ok) return items;
  const owners = items.value.map((item) => ownerOf(item, caller));
  const inputs = items.value.map(({ input }) => input);
  const wrong = served.resource.checkBulk?.(inputs, owners);
  if (wrong) return err(wrong);
  await fulfilPrerequisite(context, served, 'create', caller, owners);
  const created = await insertAll(context, served, items.value, caller);
  if (!created.ok) return created;
  const parts = showAll(context, served, created.value, caller);
  if (created.value.length > pageSize) return ok(Readable.from(parts, { highWaterMark: 1 }));
  let text = '';
  for await (const part of parts) text += part;
  return ok(text);
}

/** Parses all items first, so that a malformed one is refused before anything is written. */
async function parseAll(
  served: Served,
  bodies: readonly unknown[],
  caller: Caller,
  place: Place,
): Promise<Result<readonly ParsedBody[], Problem>> {
  const turn = takeTurns();
  const items: ParsedBody[] = [];
  for (const body of bodies) {
    await turn();
    const whole = placed(body, place);
    const parsed = whole.ok ? served.parseCreate(whole.value, caller) : whole;
    if (!parsed.ok) return parsed;
    items.push(parsed.value);
  }
  return ok(items);
}

async function insertAll(
  context: ApiContext,
  served: Served,
  items: readonly ParsedBody[],
  caller: Caller,
): Promise<Result<readonly Written[], Problem>> {
  const create = (unit: UnitOfWork, item: ParsedBody) => createOne(context, served, item, caller, unit);
  if (served.resource.maxBulkItems !== undefined) return await insertAtOnce(context, items, create);
  return await context.store.writeAll(items, create);
}

type Create = (unit: UnitOfWork, item: ParsedBody) => Promise<Result<Written, Problem>>;

function insertAtOnce(
  { store }: ApiContext,
  items: readonly ParsedBody[],
  create: Create,
): Promise<Result<readonly Written[], Problem>> {
  return store.write(async (unit) => {
    const all: Written[] = [];
    const turn = takeTurns(oneTurn);
    for (const item of items) {
      await turn();
      const one = await create(unit, item);
      if (!one.ok) return one;
      all.push(one.value);
    }
    return ok(all);
  });
}

async function* showAll(
  context: ApiContext,
  served: Served,
  created: readonly Written[],
  caller: Caller,
): AsyncGenerator<string, void> {
  const turn = takeTurns();
  yield `{"${served.resource.definition.collection}": [`;
  let separator = '';
  for (const page of partsOf(created, pageSize)) {
    const now = await asTheyAre(context, served, page, turn);
    const items = JSON.stringify(now.map(({ entity, view }) => served.show(entity, view, caller)));
    yield `${separator}${items.slice(1, -1)}`;
    separator = ', ';
  }
  yield ']}';
}

/**
 * Reads created things again: other requests may have changed some since, as a new subnet gives addresses to all ports of
 * its network.
 */
async function asTheyAre(
  { store, log }: ApiContext,
  { resource }: Served,
  created: readonly Written[],
  turn: () => Promise<void>,
): Promise<readonly Written[]> {
  try {
    const ids = created.map(({ entity }) => entity.id);
    const now = new Map((await listById(store.reader, resource.table, ids, turn)).map((entity) => [entity.id, entity]));
    return created.map(({ entity, view }) => ({ entity: now.get(entity.id) ?? entity, view }));
  } catch (error) {
    // The things were created, so the client must not get an error.
    log.warn(errorFields(error), 'api: a part of a bulk is answered as it was written');
    return created;
  }
}
