import { type Dispatcher, request } from 'undici';
import { err, type Milliseconds, ok, type Result } from '../base/index.ts';
import type { Endpoint } from './endpoint.ts';
import type { JsonValue } from './json.ts';
import { type ApiProblem, parseProblem, unreachable } from './problem.ts';

/** The HTTP methods that the API knows. */
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** The endpoint, the connections to it, the headers of every request, and the longest wait for an answer. */
export interface TransportOptions {
  readonly endpoint: Endpoint;
  readonly dispatcher: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: Milliseconds;
}

/** One request, one answer: the parsed body, undefined where the answer has none. */
export type Send = (method: Method, path: string, body?: object) => Promise<Result<JsonValue | undefined, ApiProblem>>;

/** Makes the function that sends requests. It never rejects: a failed connection is a problem, too. */
export function createTransport({ endpoint, dispatcher, headers, timeout }: TransportOptions): Send {
  return async (method, path, body) => {
    const name = `${method} ${path}`;
    try {
      const answer = await request(`${endpoint.baseUrl}${path}`, {
        dispatcher,
        method,
        headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
        body: body === undefined ? null : JSON.stringify(body),
        headersTimeout: timeout,
        bodyTimeout: timeout,
      });
      const content = parseJson(await answer.body.text());
      return answer.statusCode < 400 ? ok(content) : err(parseProblem(name, answer.statusCode, content));
    } catch (cause) {
      return err(unreachable(name, cause));
    }
  };
}

function parseJson(text: string): JsonValue | undefined {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 500) };
  }
}
