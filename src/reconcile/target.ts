import type { Result } from '../base/index.ts';
import type { Key } from '../kit/index.ts';

/** Why a batch did not get through, as far as it decides what to do next. */
export type ApplyFailure =
  /** The other side can't be reached. The whole batch waits until the target is ready again. */
  | { readonly kind: 'unavailable'; readonly message: string }
  /** The other side changed after the plan was made. The batch is planned again from its present state. */
  | { readonly kind: 'conflict'; readonly message: string }
  /** The other side refuses an operation. The batch is halved until the key that brings it about stands alone. */
  | { readonly kind: 'rejected'; readonly message: string };

/** The system that is brought in line. `plan` only computes operations; `apply` sends exactly these. */
export interface Target<World, Operation> {
  readonly name: string;
  /** True from when a complete snapshot of the actual state has arrived until the connection is lost. */
  ready(): boolean;
  /** The keys of everything there that is ours: a full scan finds by them what must go. */
  listKeys(): readonly Key[];
  /** The operations that make the keys' actual state the desired one, deletes first. None where they are equal. */
  plan(world: World, keys: readonly Key[]): Promise<readonly Operation[]>;
  /** All operations in one transaction, or none. */
  apply(operations: readonly Operation[]): Promise<Result<void, ApplyFailure>>;
}
