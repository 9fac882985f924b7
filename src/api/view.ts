import type { Caller } from '../auth/index.ts';
import { invariant } from '../base/index.ts';
import type { Json, Reader, Related, Stored, View, Viewer } from '../kit/index.ts';
import type { ApiContext } from './context.ts';
import type { Served } from './served.ts';

type AllRelated = Map<string, Related>;

/** Reads what these entities' attributes need besides the entities, to be shown to a client. */
export async function viewOf(
  context: ApiContext,
  served: Served,
  entities: readonly Stored[],
  reader: Reader,
  caller: Caller,
): Promise<View> {
  const related: AllRelated = new Map();
  const view = { ...viewerOf(context, caller), related };
  if (entities.length === 0) return view;
  for (const { name, load } of served.loaded) related.set(name, await load(entities, reader));
  const { embeds } = served.resource;
  if (embeds === undefined) return view;
  const embedded = embeddedIn(context.catalog, embeds);
  const show = (child: Stored): Json => embedded.served.show(child, view, caller);
  const { collection } = embedded.served.resource.definition;
  related.set(collection, await readEmbedded(embedded, entities, reader, show));
  return view;
}

/** The caller as one that looks at entities now. */
export function viewerOf({ clock, settings }: Pick<ApiContext, 'clock' | 'settings'>, caller: Caller): Viewer {
  return { now: clock.now(), settings, projectId: caller.isAdmin ? undefined : caller.projectId };
}

/** A resource whose things are shown inside of their parents. */
interface Embedded {
  readonly served: Served;
  readonly column: string;
  parentOf(child: Stored): string;
}

function embeddedIn({ served }: ApiContext['catalog'], name: string): Embedded {
  const found = served.find(({ resource }) => resource.definition.name === name);
  const { column, parentOf } = found?.parent ?? {};
  invariant(found && column !== undefined && parentOf, `${name} is embedded in its parent, so it names one`);
  return { served: found, column, parentOf };
}

/** The things as they are shown, by the id of their parent. Who sees a parent sees what is in it. */
async function readEmbedded(
  { served, column, parentOf }: Embedded,
  parents: readonly Stored[],
  reader: Reader,
  show: (child: Stored) => Json,
): Promise<Related> {
  const children = await reader.list(served.resource.table, {
    where: { kind: 'in', column, values: parents.map(({ id }) => id) },
    sort: [{ column: 'created_at', descending: false }],
  });
  const grouped = Map.groupBy(children, parentOf);
  return new Map([...grouped].map(([parent, group]) => [parent, group.map(show)]));
}
