import { randomUUID } from 'node:crypto';
import { ruleOf } from '../../../src/policy/index.ts';
import { resources, tables } from '../../../src/resources/index.ts';
import { type Answer, type Body, errorType, type TestApi } from '../harness.ts';
import { bodiesOf, type Choice, type Ids } from './bodies.ts';
import { type Operation, type Reference, readOperations } from './document.ts';
import {
  bareScene,
  caller,
  clear,
  fullScene,
  type Grounds,
  type Headers,
  isAdministrators,
  makeAnother,
  pathIn,
  resourceNamed,
  type Scene,
} from './scene.ts';

/** Reads what the API serves from its description. `given` are the ids of resources that no request creates. */
export async function surveyGrounds(api: TestApi, given: Ids): Promise<Grounds> {
  const { json } = await api.call('GET', '/openapi.json');
  return { api, operations: readOperations(json), given };
}

/**
 * Asks for every operation, with every reference in its body, on real resources of two projects: as a member of one with
 * the ids of the other, and as a reader. Returns the requests that were not refused, or not as for what doesn't exist.
 */
export async function findHoles(grounds: Grounds): Promise<readonly string[]> {
  const victim = await fullScene(grounds, 'victim');
  const stranger = await fullScene(grounds, 'stranger');
  const holes: string[] = [];
  let before = await snapshot(grounds, victim);
  const attacks = [tryPath, tryProject, tryReferences, tryAsReader];
  for (const operation of grounds.operations) {
    for (const attack of attacks) {
      holes.push(...(await attack(grounds, operation, victim, stranger)));
      const after = await snapshot(grounds, victim);
      if (after !== before) holes.push(`${attack.name}: ${nameOf(operation)} changed what is the victim's`);
      before = after;
    }
  }
  return holes;
}

type Attack = (grounds: Grounds, operation: Operation, victim: Scene, stranger: Scene) => Promise<readonly string[]>;

/** The victim's id in the path, or its resource in a list: for the stranger it is like one that doesn't exist. */
const tryPath: Attack = async (grounds, operation, victim, stranger) => {
  const headers = caller(stranger.project, 'member');
  const holes: string[] = [];
  const foreign = [...victim.ids.values()].filter((id) => ![...stranger.ids.values()].includes(id));
  for (const body of operation.body ? bodiesOf(operation.body, stranger) : [undefined]) {
    if (operation.method === 'POST') break;
    const seen = await ask(grounds, operation, { ids: victim.ids, body, headers });
    const text = JSON.stringify(seen.json);
    // A list of parts is about the thing in its path, as a member is.
    const isList = !operation.path.includes('{');
    if (isList && isOwned(operation) && foreign.some((id) => text.includes(id)))
      holes.push(`${nameOf(operation)} lists what is another project's`);
    const missing = await ask(grounds, operation, { ids: missingIds(victim.ids), body, headers });
    if (!isList && !isRefusedLike(seen, missing)) holes.push(tell(operation, 'id', seen, missing));
  }
  return holes;
};

/** The victim's project as the owner of a new thing. */
const tryProject: Attack = async (grounds, operation, victim, stranger) => {
  if (operation.method !== 'POST') return [];
  const headers = caller(stranger.project, 'member');
  const holes: string[] = [];
  for (const body of bodiesOf(operation.body ?? {}, stranger) as Body[]) {
    const owned = { ...(body[operation.key] as Body), project_id: victim.project };
    const answer = await ask(grounds, operation, { ids: stranger.ids, body: { [operation.key]: owned }, headers });
    if (answer.status < 400) holes.push(tell(operation, 'project_id', answer));
  }
  return holes;
};

/** Each reference in turn is the victim's, then all at once; singly and in bulk. */
const tryReferences: Attack = async (grounds, operation, victim, stranger) => {
  const holes: string[] = [];
  for (const { path, to } of operation.references) {
    if (to === undefined || isAdministrators(to)) continue;
    const other = { ids: stranger.ids, path, id: victim.ids.get(to) ?? '' };
    const none = { ...other, id: randomUUID() };
    const all = { ids: victim.ids, path };
    const nothing = { ids: missingIds(victim.ids), path };
    holes.push(...(await compare(grounds, operation, stranger, [other, none])));
    holes.push(...(await compare(grounds, operation, stranger, [all, nothing])));
  }
  return holes;
};

async function compare(
  grounds: Grounds,
  operation: Operation,
  { project, ids }: Scene,
  [foreign, missing]: readonly [Choice, Choice],
): Promise<readonly string[]> {
  const headers = caller(project, 'member');
  const where = foreign.path?.join('.') ?? '';
  const controls = requestBodies(operation, missing);
  const holes: string[] = [];
  for (const [index, body] of requestBodies(operation, foreign).entries()) {
    const answer = await ask(grounds, operation, { ids, body, headers });
    const control = await ask(grounds, operation, { ids, body: controls[index], headers });
    if (!isRefusedLike(answer, control)) holes.push(tell(operation, where, answer, control));
  }
  return holes;
}

/** A reader of the project sees its resources and writes nothing. */
const tryAsReader: Attack = async (grounds, operation, victim) => {
  if (operation.method === 'GET') return [];
  const headers = caller(victim.project, 'reader');
  const bodies = operation.body ? bodiesOf(operation.body, victim) : [undefined];
  const holes: string[] = [];
  for (const body of bodies) {
    const answer = await ask(grounds, operation, { ids: victim.ids, body, headers });
    if (answer.status !== 403) holes.push(tell(operation, 'as a reader', answer));
  }
  return holes;
};

/**
 * Returns the operations, and their references, with which those who have the right to them never succeed: that they are
 * refused to others says nothing.
 */
export async function findUnreached(grounds: Grounds): Promise<readonly string[]> {
  const unreached: string[] = [];
  for (const operation of grounds.operations) unreached.push(...(await unreachedOf(grounds, operation)));
  return unreached;
}

async function unreachedOf(grounds: Grounds, operation: Operation): Promise<readonly string[]> {
  const unreached: string[] = [];
  for (const role of rolesFor(operation)) {
    const tried: readonly Partial<Reference>[] = operation.references.length > 0 ? operation.references : [{}];
    for (const reference of tried) {
      const isSaid = reference.path === undefined || reference.to !== undefined;
      if (isSaid && (await isReached(grounds, operation, role, reference))) continue;
      unreached.push(`${role}: ${nameOf(operation)} ${reference.path?.join('.') ?? ''}`.trim());
    }
  }
  return unreached;
}

/** Tries on a project with no more than is needed, and on one with everything; then after each change of the resource. */
async function isReached(
  grounds: Grounds,
  operation: Operation,
  role: string,
  { path, to }: Partial<Reference>,
): Promise<boolean> {
  const actions = grounds.operations.filter(
    (other) => other.method === 'PUT' && other.resource === operation.resource && other !== operation,
  );
  for (const preparation of [undefined, ...actions])
    for (const build of [bareScene, fullScene]) {
      const scene = await build(grounds, randomUUID(), operation, to);
      // Two things of one kind may have to be different ones, as the ports of a trunk.
      const spare = to === undefined ? undefined : await makeAnother(grounds, scene, to);
      const own = { ids: scene.ids, ...(path && { path }) };
      const choices = spare === undefined ? [own] : [own, { ...own, id: spare }];
      for (const body of operation.body
        ? choices.flatMap((each) => bodiesOf(operation.body ?? {}, each))
        : [undefined]) {
        if (preparation) await prepare(grounds, preparation, scene, body);
        if (operation.method === 'POST') await clear(grounds, operation);
        const request = { ids: scene.ids, body, headers: caller(scene.project, role) };
        if ((await ask(grounds, operation, request)).status < 300) return true;
      }
    }
  return false;
}

/** With the same body, if the operation has one. */
async function prepare(grounds: Grounds, preparation: Operation, { ids, project }: Scene, body: unknown) {
  const headers = caller(project, 'admin');
  const [own] = preparation.body ? bodiesOf(preparation.body, { ids }) : [];
  await ask(grounds, preparation, { ids, body: body ?? own, headers });
}

interface Request {
  readonly ids: Ids;
  readonly body: unknown;
  readonly headers: Headers;
}

function ask({ api }: Grounds, operation: Operation, { ids, body, headers }: Request): Promise<Answer> {
  return api.call(operation.method, pathIn(operation, ids), { body, headers });
}

/** What can be created singly can be created in bulk. */
function requestBodies({ method, path, key, body = {} }: Operation, choice: Choice): readonly unknown[] {
  const single = bodiesOf(body, choice) as Body[];
  if (method !== 'POST') return single;
  const collection = path.split('/').at(-1)?.replaceAll('-', '_') ?? '';
  return [...single, ...single.map((each) => ({ [collection]: [each[key]] }))];
}

/**
 * All that is stored of a project's resources, and of their parts. It is asked for after every attack, so it is not asked of
 * each endpoint.
 */
export async function snapshot({ api: { store } }: Grounds, { ids, project }: Scene): Promise<string> {
  const known = new Set<unknown>(ids.values());
  const rows: unknown[] = [];
  for (const { toRow, ...table } of tables) {
    const all = await store.reader.list({ ...table, toRow }, { where: { kind: 'all', of: [] } });
    const isOwn = (row: Readonly<Record<string, unknown>>) =>
      'project_id' in row ? row.project_id === project : Object.values(row).some((value) => known.has(value));
    rows.push(...all.map(toRow).filter(isOwn));
  }
  return JSON.stringify(rows);
}

function missingIds(ids: Ids): Ids {
  return new Map([...ids.keys()].map((name) => [name, randomUUID()]));
}

function isRefusedLike(answer: Answer, other: Answer): boolean {
  return answer.status >= 400 && answer.status === other.status && errorType(answer) === errorType(other);
}

/** The roles in a project that have the right to an operation, as the policy says it. */
function rolesFor({ method, path, resource }: Operation): readonly string[] {
  const found = resourceNamed(resource);
  const action = /\{id\}\/(\w+)/.exec(path)?.[1] ?? '';
  const plain = { GET: path.includes('{id}') ? 'get' : 'list', POST: 'create', PUT: 'update', DELETE: 'delete' }[
    method
  ];
  // What is in no store is shown one by one to administrators only.
  if (!found) return path.includes('{id}') ? ['admin'] : ['member', 'admin', 'reader'];
  const { requirement } = ruleOf(found, action in (found.actions ?? {}) ? action : (plain ?? ''));
  if (requirement === 'admin' || (path.includes('{id}') && isAdministrators(resource))) return ['admin'];
  return method === 'GET' ? ['member', 'admin', 'reader'] : ['member', 'admin'];
}

/** Whether projects own such things; the others are the administrators' alone, or nobody's. */
function isOwned({ resource }: Operation): boolean {
  return resources.some(({ definition }) => definition.name === resource) && !isAdministrators(resource);
}

/** The method and path of an operation, by which holes are reported. */
export function nameOf({ method, path }: Operation): string {
  return `${method} ${path}`;
}

function tell(operation: Operation, where: string, answer: Answer, other?: Answer): string {
  const seen = [answer.status, errorType(answer)].join(' ');
  const missing = other ? `; for one that doesn't exist ${[other.status, errorType(other)].join(' ')}` : '';
  return `${nameOf(operation)}, ${where}: ${seen}${missing}`;
}
