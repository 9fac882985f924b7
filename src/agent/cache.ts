import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isUuid, type Log, type Uuid } from '../base/index.ts';
import { decodePortIntent, encodePortIntent, type PortIntent } from '../firsthop/index.ts';

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
  let writing: Promise<void> | undefined;

  async function drain(): Promise<void> {
    await mkdir(directory, { recursive: true });
    while (pending.size > 0) {
      const batch = [...pending];
      pending.clear();
      for (const [portId, intent] of batch) await store(directory, portId, intent);
      await synchronise(directory);
    }
  }

  return {
    load: () => loadAll(directory, log),
    put(portId, intent) {
      pending.set(portId, intent);
      writing ??= drain()
        .catch((error: unknown) => log.error({ error: String(error) }, 'cache: an intent could not be written'))
        .finally(() => {
          writing = undefined;
        });
    },
    settled: () => writing ?? Promise.resolve(),
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

/** Writes beside, flushes, then renames: after a power loss there is the old file or the new one, whole. */
async function store(directory: string, portId: Uuid, intent: PortIntent | undefined): Promise<void> {
  const path = join(directory, `${portId}${suffix}`);
  if (!intent) return rm(path, { force: true });
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify(encodePortIntent(intent)));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

/** A rename is durable once the directory is. */
async function synchronise(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
