import { type Client, type CollectionDescription, collectionDescriptions } from '../client/index.ts';
import { getByNameOrId } from './context.ts';
import type { FindId } from './schema-values.ts';

/** Finds ids by asking the API. What is of no known collection is an id already. */
export function findIdWith(client: Client): FindId {
  return async (resource, nameOrId) => {
    const description = Object.values(collectionDescriptions).find(
      ({ one, resource: called = one }) => called === resource,
    );
    if (!description) return nameOrId;
    return (await getByNameOrId(description, client.collection(description), nameOrId)).id;
  };
}

/** What a part is a part of: the name of its place in the path, `policy` for `{policy_id}`. */
export function parentName({ path }: CollectionDescription): string {
  return /\{(\w+)_id\}/.exec(path)?.[1] ?? 'parent';
}

/** The id of the thing that a part is to be, or is, a part of. Throws when there is none of that name or id. */
export async function findParentId(client: Client, { path }: CollectionDescription, nameOrId: string): Promise<string> {
  const [above] = path.split('/{', 1);
  const description = Object.values(collectionDescriptions).find((each) => each.path === above);
  if (!description) return nameOrId;
  return (await getByNameOrId(description, client.collection(description), nameOrId)).id;
}
