/** A reason why a request is refused. A value, not an exception: the caller did something that was to be expected. */
export interface Problem {
  /** Tells problems apart inside of the program: `mac-in-use`. */
  readonly kind: string;
  /** The HTTP status. */
  readonly status: number;
  /** The name of Neutron's exception. Clients tell problems apart by it, so it is API. */
  readonly type: string;
  readonly message: string;
  /** Of a problem with one value: the message without the name of the attribute, which the value does not know. */
  readonly reason?: string;
  /** When to ask again. */
  readonly retryAfterSeconds?: number;
}

/** How one kind of problem is answered. */
interface Refusal<Facts> {
  readonly status: number;
  readonly type: string;
  message(facts: Facts): string;
}

/** Declares a kind of problem beside the rule that finds it. The result makes one of its facts. */
export function refusal<Facts = undefined>(
  kind: string,
  { status, type, message }: Refusal<Facts>,
): (...facts: Facts extends undefined ? [] : [facts: Facts]) => Problem {
  return (...[facts]) => ({ kind, status, type, message: message(facts as Facts) });
}
