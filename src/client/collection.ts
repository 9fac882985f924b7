import { err, ok, type Result } from '../base/index.ts';
import type { JsonValue } from './json.ts';
import { type ApiProblem, parseProblem } from './problem.ts';
import type { Send } from './transport.ts';

/** Filters and `fields`, `sort_key`, `limit`, `marker`; a list repeats the parameter. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** The verbs of one collection. `Wanted` is what create and update take, `Row` what every verb answers with. */
export interface Collection<Row, Wanted> {
  list(query?: Query): Promise<Result<readonly Row[], ApiProblem>>;
  show(id: string, query?: Query): Promise<Result<Row, ApiProblem>>;
  create(wanted: Wanted): Promise<Result<Row, ApiProblem>>;
  /** All of them or none. */
  createMany(wanted: readonly Wanted[]): Promise<Result<readonly Row[], ApiProblem>>;
  update(id: string, change: Wanted): Promise<Result<Row, ApiProblem>>;
  delete(id: string): Promise<Result<undefined, ApiProblem>>;
}

/** A collection's names in bodies: `{"port": {..}}` for one, `{"ports": [..]}` for many. */
export interface CollectionNames {
  readonly one: string;
  readonly many: string;
  /** Of the path, where it differs from `many`. */
  readonly path?: string;
}

export function createCollection<Row, Wanted extends object>(
  send: Send,
  { one, many, path = many }: CollectionNames,
): Collection<Row, Wanted> {
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
  };
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
