import { type PortIntent, splitIntent } from '../../firsthop/index.ts';
import type { CachedIntents } from '../cache.ts';
import type { IntentBook } from '../intent-book.ts';

/** The cache of an agent that runs for the first time. */
export const nothingCached: CachedIntents = { ports: [], networks: [] };

/** Takes a port's intent in as a controller tells it: its network, then the port. Whether that changed anything of the port. */
export function takeIn(book: IntentBook, whole: PortIntent): boolean {
  const { own, network } = splitIntent(whole);
  book.acceptNetwork(network);
  return book.accept(own);
}
