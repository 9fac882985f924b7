import { bodiesOf } from './bodies.ts';
import { caller, fullScene, type Grounds, pathIn, type Scene } from './scene.ts';
import { nameOf, snapshot } from './walk.ts';

/**
 * Shares all that one project may share with another one, and lets that one try each change of it: to see a thing and to use it
 * is no right to change it. Returns the changes that were not refused, and those that changed the owner's things.
 */
export async function findHolesInShared(grounds: Grounds): Promise<readonly string[]> {
  const owner = await fullScene(grounds, 'owner');
  const guest = await fullScene(grounds, 'guest');
  await shareAll(grounds, owner, guest.project);
  const holes: string[] = [];
  let before = await snapshot(grounds, owner);
  for (const operation of grounds.operations) {
    if (operation.method === 'GET') continue;
    const isChange = operation.path.includes('{id}');
    for (const body of operation.body ? bodiesOf(operation.body, { ids: owner.ids }) : [undefined]) {
      const headers = caller(guest.project, 'member');
      const { status } = await grounds.api.call(operation.method, pathIn(operation, owner.ids), { body, headers });
      if (isChange && status < 400) holes.push(`${nameOf(operation)}: ${status} on what is shared`);
    }
    const after = await snapshot(grounds, owner);
    if (after !== before) holes.push(`${nameOf(operation)} changed what is shared`);
    before = after;
  }
  return holes;
}

/** The kinds of things that a policy may be about, as the API describes it. */
export function shareableKinds({ operations }: Grounds): readonly string[] {
  const creation = operations.find(({ method, resource }) => method === 'POST' && resource === 'rbac_policy');
  const named = creation?.references.filter(({ path }) => path.at(-1) === 'object_id') ?? [];
  return named.flatMap(({ to }) => to ?? []);
}

async function shareAll(grounds: Grounds, owner: Scene, target: string): Promise<void> {
  for (const kind of shareableKinds(grounds)) {
    const policy = {
      object_type: kind,
      object_id: owner.ids.get(kind),
      target_tenant: target,
      action: 'access_as_shared',
    };
    const headers = caller(owner.project, 'member');
    const answer = await grounds.api.call('POST', '/v2.0/rbac-policies', { body: { rbac_policy: policy }, headers });
    if (answer.status !== 201) throw new Error(`${kind} was not shared: ${JSON.stringify(answer.json)}`);
  }
}
