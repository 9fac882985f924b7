import type { Uuid } from '../base/index.ts';
import type { Key } from '../kit/index.ts';
import { keyText } from '../reconcile/index.ts';

/** The keys of members by the row that they are to be members of, while it does not stand in NB. */
export class WaitingMembers {
  readonly #keys = new Map<Uuid, Map<string, Key>>();

  add(holder: Uuid, key: Key): void {
    const keys = this.#keys.get(holder) ?? new Map<string, Key>();
    this.#keys.set(holder, keys.set(keyText(key), key));
  }

  /** Those that waited for a row, which has come. */
  take(holder: Uuid): readonly Key[] {
    const keys = this.#keys.get(holder);
    this.#keys.delete(holder);
    return keys ? [...keys.values()] : [];
  }

  clear(): void {
    this.#keys.clear();
  }
}
