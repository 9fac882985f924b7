import {
  ApiError,
  type ApiProblem,
  type Client,
  type Collection,
  describeProblem,
  type JsonValue,
  unwrap,
} from '../../src/client/index.ts';
import type { Context } from '../contract.ts';
import { expect, isRefusal, type Note } from '../probe.ts';

/** Something that a use case cannot do without, asked of the API by the request that a user would make. */
export interface Need {
  /** The name of the need, in the words of the use case. */
  readonly part: string;
  readonly path: string;
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly body?: object;
  /** The caller. Default: the first tenant. */
  readonly as?: Client;
  /** When it is refused, the row is a no, whatever else passed. */
  readonly essential?: boolean;
}

/** `undefined` when the API refused, and then the part has failed with the API's own words. */
export type Granted = JsonValue | undefined;

/**
 * Makes the request and records the part: failed when the API refuses it, unproven when the API accepts it, as that
 * alone shows no packet. A thing that was made by it is registered to be deleted.
 */
export async function needOfApi(context: Context, need: Need): Promise<Granted> {
  const { method = 'POST', path, body, as = context.cloud.tenants[0].api, essential = false } = need;
  const answer = await as.request(method, path, body);
  const asked = body ? `${method} ${path} ${JSON.stringify(body)}` : `${method} ${path}`;
  if (!answer.ok) {
    const refused = async (note: Note) => {
      note(asked);
      throw new ApiError(answer.error);
    };
    await context.probe.part(need.part, refused, { essential });
    return undefined;
  }
  context.probe.leaveUnproven(need.part, `${asked}: accepted; no row looks further yet`);
  deferDeletion(context, { method, path, as, made: answer.value });
  return answer.value ?? {};
}

/** A request that must be refused. */
export interface Trespass<Wanted> {
  /** In words that follow "the API accepted". */
  readonly what: string;
  readonly request: Wanted;
  /** The status that it must be refused with. Default any client error. */
  readonly status?: number;
}

/**
 * Throws `Unmet` unless the API itself refused (an API that is down refuses nothing), and returns the refusal. A thing
 * that it made instead is registered to be deleted.
 */
export async function expectRefusal<Row extends { readonly id: string }, Wanted extends object>(
  { scope }: Pick<Context, 'scope'>,
  collection: Pick<Collection<Row, Wanted>, 'create' | 'delete'>,
  { what, request, status }: Trespass<Wanted>,
): Promise<ApiProblem> {
  const answer = await collection.create(request);
  if (answer.ok) scope.defer(what, async () => unwrap(await collection.delete(answer.value.id)));
  expect(!answer.ok, `the API accepted ${what}`);
  expect(isRefusal(answer.error), `${what} was not refused: ${describeProblem(answer.error)}`);
  expect(
    status === undefined || answer.error.status === status,
    `${what}: refused with ${answer.error.status} rather than ${status}`,
  );
  return answer.error;
}

interface Made {
  readonly method: string;
  readonly path: string;
  readonly as: Client;
  readonly made: JsonValue | undefined;
}

/** A POST answers `{"resource": {"id": ..}}`; what has no id needs no undoing. */
function deferDeletion({ scope }: Context, { method, path, as, made }: Made): void {
  if (method !== 'POST') return;
  const [resource] = Object.values(made ?? {});
  const id = typeof resource === 'object' && resource !== null && 'id' in resource ? resource.id : undefined;
  if (typeof id === 'string') {
    scope.defer(`${path}/${id}`, async () => unwrap(await as.request('DELETE', `${path}/${id}`)));
  }
}
