import type { Uuid } from '../base/index.ts';
import type { PortIntent } from '../firsthop/index.ts';
import type { IntentCache } from './cache.ts';

/** What this host's ports should be, as the controller last said, or as the cache remembers it. */
export class IntentBook {
  readonly #cache: IntentCache;
  readonly #intents: Map<Uuid, PortIntent>;
  /** Ports that the controller has no intent for. A port that is in neither set was not answered yet. */
  readonly #refused = new Set<Uuid>();
  /** Ports whose intent came in this session. */
  readonly #heard = new Set<Uuid>();

  constructor(cached: readonly PortIntent[], cache: IntentCache) {
    this.#cache = cache;
    this.#intents = new Map(cached.map((intent) => [intent.portId, intent]));
  }

  find(portId: Uuid): PortIntent | undefined {
    return this.#intents.get(portId);
  }

  isRefused(portId: Uuid): boolean {
    return this.#refused.has(portId);
  }

  portIds(): readonly Uuid[] {
    return [...this.#intents.keys()];
  }

  /**
   * Takes an intent in, and says whether it changed anything. A lower revision never replaces a higher one that came
   * in the same session; the first word of a new session always holds, for it was read from the store afresh, which
   * may have been restored from a backup.
   */
  accept(intent: PortIntent): boolean {
    const known = this.#intents.get(intent.portId);
    if (known && this.#heard.has(intent.portId) && intent.revision < known.revision) return false;
    this.#heard.add(intent.portId);
    this.#refused.delete(intent.portId);
    this.#intents.set(intent.portId, intent);
    this.#cache.put(intent.portId, intent);
    return true;
  }

  /** The controller says that the port has no business on this host. */
  refuse(portId: Uuid): void {
    this.forget(portId);
    this.#refused.add(portId);
  }

  /** The port is not plugged any more. */
  forget(portId: Uuid): void {
    this.#heard.delete(portId);
    this.#refused.delete(portId);
    if (this.#intents.delete(portId)) this.#cache.put(portId, undefined);
  }

  startSession(): void {
    this.#heard.clear();
  }

  /** Which of these ports this session has said nothing of. */
  unheard(portIds: Iterable<Uuid>): readonly Uuid[] {
    return [...portIds].filter((portId) => !this.#heard.has(portId));
  }
}
