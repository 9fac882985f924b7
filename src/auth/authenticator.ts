import type { Result } from '../base/index.ts';
import type { Problem } from '../kit/index.ts';
import type { Caller } from './caller.ts';

/** A request's headers, names in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Turns the credentials of a request into its caller, or says that there are none that hold. */
export interface Authenticator {
  authenticate(headers: Headers): Result<Caller, Problem> | Promise<Result<Caller, Problem>>;
}
