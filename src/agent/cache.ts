import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isUuid, type Log, type Uuid } from '../base/index.ts';
import { decodePortIntent, encodePortIntent, type PortIntent } from '../firsthop/index.ts';
import { synchroniseDirectory, writeDurably } from './durable-file.ts';
import { runAgain } from './run-again.ts';

/** Intents on disk, one file per port, so that an agent can start while no controller answers. */
export interface IntentCache {
  /** Every intent that can be read; a damaged file is passed over, for the feed will send it again. */
  load(): Promise<readonly PortIntent[]>;
  /** Has the intent, or its absence, written soon. Returns at once; writes of one port never overtake each other. */
  put(portId: Uuid, intent: PortIntent | undefined): void;
  /** Resolves when all that was put is on disk. */
  settled(): Promise<void>;
}

const suffix = '.json';

export function intentCache(stateDirectory: string, log: Log): IntentCache {
  const directory = join(stateDirectory, 'intents');
  const pending = new Map<Uuid, PortIntent | undefined>();

  async function writePending(): Promise<void> {
    const batch = [...pending];
    pending.clear();
    await mkdir(directory, { recursive: true });
    for (const [portId, intent] of batch) await store(directory, portId, intent);
    await synchroniseDirectory(directory);
  }

  const writer = runAgain(() =>
    writePending().catch((error: unknown) =>
      log.error({ error: String(error) }, 'cache: intents could not be written'),
    ),
  );
  return {
    load: () => loadAll(directory, log),
    put(portId, intent) {
      pending.set(portId, intent);
      writer.wake();
    },
    settled: writer.idle,
  };
}

async function loadAll(directory: string, log: Log): Promise<readonly PortIntent[]> {
  const names = await readdir(directory).catch(() => []);
  const intents = await Promise.all(
    names.filter((name) => name.endsWith(suffix)).map((name) => loadOne(directory, name)),
  );
  const readable = intents.filter((intent) => intent !== undefined);
  if (readable.length < intents.length)
    log.warn({ unreadable: intents.length - readable.length }, 'cache: skipped files');
  return readable;
}

async function loadOne(directory: string, name: string): Promise<PortIntent | undefined> {
  if (!isUuid(name.slice(0, -suffix.length))) return undefined;
  try {
    const decoded = decodePortIntent(JSON.parse(await readFile(join(directory, name), 'utf8')));
    return decoded.ok ? decoded.value : undefined;
  } catch {
    return undefined;
  }
}

async function store(directory: string, portId: Uuid, intent: PortIntent | undefined): Promise<void> {
  const path = join(directory, `${portId}${suffix}`);
  if (intent) await writeDurably(path, JSON.stringify(encodePortIntent(intent)));
  else await rm(path, { force: true });
}
