import { resources } from '../../../src/resources/index.ts';
import type { Body, TestApi } from '../harness.ts';
import { bodiesOf, type Ids } from './bodies.ts';
import type { Operation } from './document.ts';

/** The headers of a request, by which the API knows the caller. */
export type Headers = Readonly<Record<string, string>>;

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

/** Makes the resource that an operation is about, and only what that or its body can't do without, `tried` being in it. */
export async function bareScene(
  grounds: Grounds,
  project: string,
  operation: Operation,
  tried?: string,
): Promise<Scene> {
  const ids = givenIds(grounds, project);
  const needed = operation.references.filter(({ required }) => required).map(({ to }) => to);
  if (operation.method !== 'POST') needed.push(operation.resource);
  if (tried !== undefined) needed.push(tried);
  for (const creation of creations(grounds))
    if (needed.includes(creation.resource)) await make(grounds, project, creation, ids, true);
  return { project, ids };
}

/** Of what no request creates, and of what each project has, under its own id. */
function givenIds({ given }: Grounds, project: string): Map<string, string> {
  const own = resources.flatMap(({ absent, definition }) => (absent ? [[definition.name, project] as const] : []));
  return new Map([...given, ...own]);
}

/** The path with the scene's id of the resource, or with another one. */
export function pathIn({ path, resource }: Operation, ids: Ids): string {
  return path.replace('{id}', ids.get(resource) ?? 'missing').replace('{tag}', 'walk');
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
  const { resource, references, path, body = {} } = creation;
  if (ids.has(resource)) return;
  // Until it is made it has no id, so that one that refers to its own kind does without.
  ids.set(resource, '');
  const targets = references.filter(({ required }) => required || !isBare).map(({ to }) => to);
  for (const target of creations(grounds))
    if (targets.includes(target.resource)) await make(grounds, project, target, ids, isBare);
  ids.delete(resource);
  for (const each of bodiesOf(body, { ids })) {
    const { status, json } = await grounds.api.call('POST', path, { body: each, headers: caller(project, 'member') });
    if (status !== 201) continue;
    ids.set(resource, String((json[resource] as Body).id));
    return;
  }
}
