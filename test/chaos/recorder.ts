import type { Result } from '../../src/base/index.ts';
import { type ApiProblem, describeProblem } from '../../src/client/index.ts';
import type { Ledger, Reference, State } from './ledger.ts';

/** A request whose answer is written down, and the states that it may lead to. */
export interface Request<T> {
  readonly reference: Reference;
  /** The state that the request asks for: one of the two possible ones if no answer comes. */
  readonly wanted: State;
  send(): Promise<Result<T, ApiProblem>>;
  /** The state that a successful answer shows. */
  readonly state: (value: T) => State;
}

/** Keeps the ledger of what is asked and answered, and a list of answers that should never have been given. */
export class Recorder {
  readonly ledger: Ledger;
  readonly #complain: (text: string) => void;
  #answered = 0;

  constructor(ledger: Ledger, complain: (text: string) => void) {
    this.ledger = ledger;
    this.#complain = complain;
  }

  /** Requests that changed something and were answered so. */
  get answered(): number {
    return this.#answered;
  }

  /** Sends one change and notes its outcome. Undefined unless it was granted. */
  async ask<T>({ reference, wanted, send, state }: Request<T>): Promise<T | undefined> {
    const answer = await send();
    if (answer.ok) {
      this.#answered += 1;
      this.ledger.settle(reference, state(answer.value));
      return answer.value;
    }
    const { error } = answer;
    if (wasNeverSent(error)) return undefined;
    if (leavesDoubt(error)) this.ledger.doubt(reference, wanted);
    if (!isExcused(error)) this.#complain(`${reference}: ${describeProblem(error)}`);
    return undefined;
  }

  complain(text: string): void {
    this.#complain(text);
  }
}

/** No server accepted the connection, so the request was not sent. */
export function wasNeverSent({ status, message }: ApiProblem): boolean {
  return status === 0 && message.startsWith('connect ');
}

/** The API is held to its word when it says that nothing was changed. */
function leavesDoubt({ status, message }: ApiProblem): boolean {
  return status === 0 || (status >= 500 && !message.includes('Nothing was changed.'));
}

/** A controller that is killed gives no answer, and one without its database says 503. All else was not deserved. */
export function isExcused({ status }: ApiProblem): boolean {
  return status === 0 || status === 503;
}
