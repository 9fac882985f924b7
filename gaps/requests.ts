import type { Result } from '../src/base/index.ts';
import { type ApiProblem, type Client, describeProblem, type JsonValue } from '../src/client/index.ts';
import type { Context } from './contract.ts';

/** Something that a use case cannot do without, asked of the API by the request that a user would make. */
export interface Need {
  /** What it is, in the words of the use case. */
  readonly part: string;
  readonly path: string;
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly body?: object;
  /** Who asks. Default the first tenant. */
  readonly as?: Client;
}

/** `undefined` when the API refused, and then the part has failed with the API's own words. */
export type Granted = JsonValue | undefined;

/**
 * Asks for it, and records the part: failed when the API refuses, unproven when it accepts, for an accepted request is no
 * packet seen. What was made by it is registered to be deleted.
 */
export async function needOfApi(context: Context, need: Need): Promise<Granted> {
  const { method = 'POST', path, body, as = context.cloud.tenants[0].api } = need;
  const answer = await as.request(method, path, body);
  const asked = body ? `${method} ${path} ${JSON.stringify(body)}` : `${method} ${path}`;
  if (!answer.ok) {
    await context.probe.part(need.part, async (note) => {
      note(asked);
      throw new Error(describeRefusal(answer));
    });
    return undefined;
  }
  context.probe.leaveUnproven(need.part, `${asked}: accepted; no row looks further yet`);
  deferDeletion(context, { method, path, as, made: answer.value });
  return answer.value ?? {};
}

function describeRefusal(answer: Result<unknown, ApiProblem>): string {
  return answer.ok ? 'accepted' : describeProblem(answer.error);
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
  if (typeof id === 'string') scope.defer(`${path}/${id}`, () => as.request('DELETE', `${path}/${id}`));
}
