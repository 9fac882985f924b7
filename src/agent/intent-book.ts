import type { Uuid } from '../base/index.ts';
import type { PortIntent } from '../firsthop/index.ts';
import type { IntentCache } from './cache.ts';

/** What this host's ports should be, as the controller last said. */
export interface IntentBook {
  find(portId: Uuid): PortIntent | undefined;
  list(): Iterable<PortIntent>;
  /**
   * Takes an intent in, and says whether it changed anything. A lower revision never replaces a higher one that came
   * in the same session; the first word of a new session always holds, for it was read from the store afresh, which
   * may have been restored from a backup.
   */
  accept(intent: PortIntent): boolean;
  withdraw(portId: Uuid): boolean;
  startSession(): void;
}

export function intentBook(cached: readonly PortIntent[], cache: IntentCache): IntentBook {
  const intents = new Map(cached.map((intent) => [intent.portId, intent]));
  const heard = new Set<Uuid>();
  return {
    find: (portId) => intents.get(portId),
    list: () => intents.values(),
    accept(intent) {
      const known = intents.get(intent.portId);
      if (known && heard.has(intent.portId) && intent.revision < known.revision) return false;
      heard.add(intent.portId);
      intents.set(intent.portId, intent);
      cache.put(intent.portId, intent);
      return true;
    },
    withdraw(portId) {
      heard.delete(portId);
      if (!intents.delete(portId)) return false;
      cache.put(portId, undefined);
      return true;
    },
    startSession: () => heard.clear(),
  };
}
