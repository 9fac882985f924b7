import type { ProjectId } from '../../../src/kit/index.ts';
import { resources } from '../../../src/resources/index.ts';
import type { Body, TestApi } from '../harness.ts';
import { bodiesOf, type Ids } from './bodies.ts';
import type { Operation } from './document.ts';

/** The headers of a request, by which the API knows the caller. */
export type Headers = Readonly<Record<string, string>>;

/** The ids of what no request creates: an agent's, and things that are there anyway. */
export function standingIds(agent: string): Ids {
  return new Map([
    ['agent', agent],
    ['rule_type', 'dscp_marking'],
  ]);
}

/** Real resources of one project. */
export interface Scene {
  readonly project: string;
  readonly ids: Ids;
}

/** The served API with its description, and the resources that no request creates. */
export interface Grounds {
  readonly api: TestApi;
  readonly operations: readonly Operation[];
  readonly given: Ids;
}

/** The headers of somebody with that role in that project. */
export function caller(project: string, role: string): Headers {
  return { 'x-project-id': project, 'x-roles': role };
}

/** Makes one resource of each kind, all that they can refer to first. Kinds that can't be made are left out. */
export async function fullScene(grounds: Grounds, project: string): Promise<Scene> {
  const ids = givenIds(grounds, project);
  for (const creation of creations(grounds)) await make(grounds, project, creation, ids, false);
  return { project, ids };
}

/**
 * Makes the resource that an operation is about, and only what that or the operation's body can't do without; besides, one
 * that the body can name.
 */
export async function bareScene(
  grounds: Grounds,
  project: string,
  operation: Operation,
  named?: string,
): Promise<Scene> {
  const ids = givenIds(grounds, project);
  const needed: (string | undefined)[] = [named];
  needed.push(...operation.references.filter(({ required }) => required).map(({ to }) => to));
  if (operation.parent) needed.push(operation.parent.resource);
  if (operation.method !== 'POST') needed.push(...sameAs(operation.resource));
  for (const creation of creations(grounds))
    if (needed.includes(creation.resource)) await make(grounds, project, creation, ids, true);
  return { project, ids };
}

/** Of what no request creates, and of what each project has, under its own id. */
function givenIds({ given }: Grounds, project: string): Map<string, string> {
  const own = resources.flatMap(({ absent, definition }) => (absent ? [[definition.name, project] as const] : []));
  return new Map([...given, ...own]);
}

/** Makes one more of a kind for a scene. Undefined where there can't be another one. */
export async function makeAnother(
  grounds: Grounds,
  { ids, project }: Scene,
  kind: string,
): Promise<string | undefined> {
  const others = new Map([...ids].filter(([name]) => name !== kind));
  const creation = creations(grounds).find(({ resource }) => resource === kind);
  if (creation) await make(grounds, project, creation, others, true);
  return others.get(kind);
}

/** The path with the scene's ids of the resource and of what it is a part of, or with others. */
export function pathIn({ path, resource, parent }: Operation, ids: Ids): string {
  const id = sameAs(resource)
    .map((name) => ids.get(name))
    .find((each) => each !== undefined);
  const below = parent ? path.replace(`{${parent.parameter}}`, ids.get(parent.resource) ?? 'missing') : path;
  return below.replace('{id}', id ?? 'missing').replace('{tag}', 'walk');
}

/** The resources that serve the same things: some are served at two places. */
function sameAs(name: string): readonly string[] {
  const found = resources.find(({ definition }) => definition.name === name);
  if (!found) return [name];
  return resources.filter(({ table }) => table === found.table).map(({ definition }) => definition.name);
}

function creations({ operations }: Grounds): readonly Operation[] {
  return operations.filter(({ method }) => method === 'POST');
}

async function make(
  grounds: Grounds,
  project: string,
  creation: Operation,
  ids: Map<string, string>,
  isBare: boolean,
): Promise<void> {
  const { resource, key, parent, references, body = {} } = creation;
  if (ids.has(resource)) return;
  // Until it is made it has no id, so that one that refers to its own kind does without.
  ids.set(resource, '');
  const targets = references.filter(({ required }) => required || !isBare).map(({ to }) => to);
  if (parent) targets.push(parent.resource);
  for (const target of creations(grounds))
    if (targets.includes(target.resource)) await make(grounds, project, target, ids, isBare);
  ids.delete(resource);
  await clear(grounds, creation);
  for (const role of ['member', 'admin'])
    for (const each of bodiesOf(body, { ids })) {
      // An administrator could make it for another project.
      if ('project_id' in ((each as Body)[key] as Body)) continue;
      const headers = caller(project, role);
      const { status, json } = await grounds.api.call('POST', pathIn(creation, ids), { body: each, headers });
      if (status === 403) break;
      if (status !== 201) continue;
      ids.set(resource, String((json[key] as Body).id));
      return;
    }
}

/** Ends what there is for all projects, and may be there but once, before another scene makes it again. */
export async function clear({ api }: Grounds, { path, resource }: Operation): Promise<void> {
  const { collection = '' } = resourceNamed(resource)?.definition ?? {};
  if (!isAdministrators(resource)) return;
  const { json } = await api.call('GET', path);
  for (const { id } of json[collection] as readonly Body[]) await api.call('DELETE', `${path}/${id}`);
}

/** Whether no project sees any of them. */
export function isAdministrators(resource: string): boolean {
  const visible = resourceNamed(resource)?.visibleTo('any' as ProjectId);
  return visible?.kind === 'any' && visible.of.length === 0;
}

/** The resource that the description calls so. */
export function resourceNamed(name: string) {
  return resources.find(({ definition }) => definition.name === name);
}
