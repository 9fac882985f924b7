import type { OpenFlowError } from './wire/error.ts';

interface Batch {
  readonly requests: ReadonlySet<number>;
  readonly errors: OpenFlowError[];
  readonly finish: (errors: readonly OpenFlowError[] | undefined) => void;
}

/**
 * Requests that the switch answers only when it refuses them, each batch followed by a barrier: the reply to that says
 * that all before it is done (OpenFlow 1.3.5 §7.3.8). Known by their transaction ids.
 */
export class Batches {
  readonly #byBarrier = new Map<number, Batch>();

  /** Resolves with what was refused, or undefined when the session ended before the barrier's reply. */
  await(requests: readonly number[], barrier: number): Promise<readonly OpenFlowError[] | undefined> {
    return new Promise((finish) => {
      this.#byBarrier.set(barrier, { requests: new Set(requests), errors: [], finish });
    });
  }

  /** Notes the error with the batch whose request it is about. False when it is about none. */
  takeError(error: OpenFlowError): boolean {
    for (const { requests, errors } of this.#byBarrier.values()) {
      if (!requests.has(error.transactionId)) continue;
      errors.push(error);
      return true;
    }
    return false;
  }

  takeBarrier(id: number): void {
    const batch = this.#byBarrier.get(id);
    this.#byBarrier.delete(id);
    batch?.finish(batch.errors);
  }

  end(): void {
    for (const { finish } of this.#byBarrier.values()) finish(undefined);
    this.#byBarrier.clear();
  }
}
