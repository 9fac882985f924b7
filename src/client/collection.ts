import { err, ok, type Result } from '../base/index.ts';
import type { JsonValue } from './json.ts';
import { type ApiProblem, parseProblem } from './problem.ts';
import type { JsonSchema } from './schema.ts';
import type { Send } from './transport.ts';

/** Filters and `fields`, `sort_key`, `limit`, `marker`; a list repeats the parameter. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** What a request comes to: a value, or the API's refusal. */
export type Answer<T> = Promise<Result<T, ApiProblem>>;

/** A collection whose rows can be read. */
export interface Readable<Row> {
  list(query?: Query): Answer<readonly Row[]>;
  show(id: string, query?: Query): Answer<Row>;
}

/** A collection that takes new rows. */
export interface Creatable<Row, Create> {
  create(wanted: Create): Answer<Row>;
  /** All of them or none. */
  createMany(wanted: readonly Create[]): Answer<readonly Row[]>;
}

/** A collection whose rows can be changed. */
export interface Updatable<Row, Update> {
  update(id: string, change: Update): Answer<Row>;
}

/** A collection whose rows can be deleted. */
export interface Deletable {
  delete(id: string): Answer<undefined>;
}

/** A collection with all verbs. */
export interface Collection<Row, Create, Update = Create>
  extends Readable<Row>,
    Creatable<Row, Create>,
    Updatable<Row, Update>,
    Deletable {}

/** The collection of the parts of one thing. */
export type Below<C> = (parentId: string) => C;

/** A row of no particular collection. */
export type AnyRow = Readonly<Record<string, unknown>> & { readonly id: string };

/** A collection that is known by its description, or its names, only. */
export interface AnyCollection<Row = AnyRow> extends Collection<Row, object> {
  /** `PUT .../<id>/<action>`. Answers with the row where the API does, otherwise with what it says. */
  act(action: string, id: string, body: object): Answer<Readonly<Record<string, unknown>>>;
}

/** A collection's names: `{"port": {..}}` for one, `{"ports": [..]}` for many. */
export interface CollectionNames {
  readonly one: string;
  readonly many: string;
  /** Below `/v2.0/`. Default: `many` with dashes. Of parts of other things: with their parent's place, in braces. */
  readonly path?: string;
  readonly actions?: Readonly<Record<string, Pick<ActionDescription, 'answersRow'>>>;
}

/** What the API's description says of a collection. */
export interface CollectionDescription extends CollectionNames {
  readonly path: string;
  /** What references call a row. Default: `one`. */
  readonly resource?: string;
  /** Names of the attributes of a row. */
  readonly shown: readonly string[];
  /** What a request to create one takes. Absent: the API creates them itself. */
  readonly create?: JsonSchema;
  /** What a request to change one takes. Absent: they never change. */
  readonly update?: JsonSchema;
  readonly deletable: boolean;
  readonly actions: Readonly<Record<string, ActionDescription>>;
}

/** What the API's description says of an action on a row. */
export interface ActionDescription {
  readonly body: JsonSchema;
  /** Whether the answer is the row that was changed, in its envelope. */
  readonly answersRow: boolean;
}

/** Makes a collection with all verbs, whether the API has them or not. */
export function createCollection<Row = AnyRow>(
  send: Send,
  { one, many, path = many.replaceAll('_', '-'), actions = {} }: CollectionNames,
): AnyCollection<Row> {
  const base = `/v2.0/${path}`;
  const member = (id: string) => `${base}/${encodeURIComponent(id)}`;
  return {
    list: async (query) => unwrapBody<readonly Row[]>(await send('GET', base + queryText(query)), many, base),
    show: async (id, query) => unwrapBody<Row>(await send('GET', member(id) + queryText(query)), one, base),
    create: async (wanted) => unwrapBody<Row>(await send('POST', base, { [one]: wanted }), one, base),
    createMany: async (wanted) => unwrapBody<readonly Row[]>(await send('POST', base, { [many]: wanted }), many, base),
    update: async (id, change) => unwrapBody<Row>(await send('PUT', member(id), { [one]: change }), one, base),
    delete: async (id) => {
      const result = await send('DELETE', member(id));
      return result.ok ? ok(undefined) : result;
    },
    act: async (action, id, body) => {
      const answer = await send('PUT', `${member(id)}/${action}`, body);
      if (actions[action]?.answersRow) return unwrapBody(answer, one, base);
      return answer.ok ? ok((answer.value ?? {}) as Readonly<Record<string, unknown>>) : answer;
    },
  };
}

/** Whether what is served at a path are parts of other things. */
export function isPart(path: string): boolean {
  return path.includes('{');
}

/** The path of the parts of one thing. */
export function pathBelow(path: string, parentId: string): string {
  return path.replace(/\{\w+\}/, encodeURIComponent(parentId));
}

/** Takes the row, or the rows, out of the envelope. An answer without it comes from something that is no such API. */
function unwrapBody<T>(
  answer: Result<JsonValue | undefined, ApiProblem>,
  key: string,
  path: string,
): Result<T, ApiProblem> {
  if (!answer.ok) return answer;
  const body = answer.value;
  if (typeof body === 'object' && body !== null && key in body) return ok((body as Record<string, unknown>)[key] as T);
  return err(parseProblem(path, 200, { title: 'UnexpectedAnswer', message: `the answer has no "${key}"` }));
}

function queryText(query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of typeof value === 'object' ? value : [String(value)]) parameters.append(name, one);
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}
