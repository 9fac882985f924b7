import { type Client, collectionDescriptions } from '../client/index.ts';
import { getByNameOrId } from './context.ts';
import type { FindId } from './schema-values.ts';

/** Finds ids by asking the API. What is of no known collection is an id already. */
export function findIdWith(client: Client): FindId {
  return async (resource, nameOrId) => {
    const description = Object.values(collectionDescriptions).find(({ one }) => one === resource);
    if (!description) return nameOrId;
    return (await getByNameOrId(description, client.collection(description), nameOrId)).id;
  };
}
