import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isUuid, type Log, ok, type Result, type Uuid } from '../base/index.ts';
import {
  decodeNetworkIntent,
  decodeOwnIntent,
  decodeWholeIntent,
  type NetworkIntent,
  networkContent,
  type OwnIntent,
  ownContent,
  splitIntent,
  withRevision,
} from '../firsthop/index.ts';
import { synchroniseDirectory, writeDurably } from './durable-file.ts';
import { runAgain } from './run-again.ts';

/** What an agent was told, as far as it could be read back. A port's network may be missing. */
export interface CachedIntents {
  readonly ports: readonly OwnIntent[];
  readonly networks: readonly NetworkIntent[];
}

/** Intents on disk, one file per port and one per network, so that an agent can start while no controller answers. */
export interface IntentCache {
  /** Every intent that can be read; a damaged file is passed over, for the feed will send it again. */
  load(): Promise<CachedIntents>;
  /** Has the intent, or its absence, written soon. Returns at once; writes of one port never overtake each other. */
  putPort(portId: Uuid, intent: OwnIntent | undefined): void;
  /** The same for a network. On disk, too, a network comes before the ports that name it, and goes after them. */
  putNetwork(networkId: Uuid, intent: NetworkIntent | undefined): void;
  /** Resolves when all that was put is on disk. */
  settled(): Promise<void>;
}

const suffix = '.json';

/** Texts by the id of what they are about; undefined: the file is to go. */
type Pending = Map<Uuid, string | undefined>;

/** The cache in a state directory, in its folders `intents` and `networks`. Failed writes are logged. */
export function intentCache(stateDirectory: string, log: Log): IntentCache {
  const [ports, networks] = [join(stateDirectory, 'intents'), join(stateDirectory, 'networks')];
  const pending = { ports: new Map() as Pending, networks: new Map() as Pending };

  async function writePending(): Promise<void> {
    const batch = { ports: [...pending.ports], networks: [...pending.networks] };
    pending.ports.clear();
    pending.networks.clear();
    await storeAll(networks, batch.networks.filter(isPresent));
    await storeAll(ports, batch.ports);
    await storeAll(
      networks,
      batch.networks.filter((entry) => !isPresent(entry)),
    );
  }

  const writer = runAgain(() =>
    writePending().catch((error: unknown) =>
      log.error({ error: String(error) }, 'cache: intents could not be written'),
    ),
  );
  return {
    load: () => loadAll({ ports, networks }, log),
    putPort(portId, intent) {
      pending.ports.set(portId, intent && withRevision(ownContent(intent), intent.revision));
      writer.wake();
    },
    putNetwork(networkId, intent) {
      pending.networks.set(networkId, intent && withRevision(networkContent(intent), intent.revision));
      writer.wake();
    },
    settled: writer.idle,
  };
}

type Entry = readonly [id: Uuid, text: string | undefined];

function isPresent([, text]: Entry): boolean {
  return text !== undefined;
}

async function storeAll(directory: string, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  await mkdir(directory, { recursive: true });
  for (const [id, text] of entries) {
    const path = join(directory, `${id}${suffix}`);
    if (text === undefined) await rm(path, { force: true });
    else await writeDurably(path, text);
  }
  await synchroniseDirectory(directory);
}

async function loadAll(directories: Record<keyof CachedIntents, string>, log: Log): Promise<CachedIntents> {
  const ports = await loadFiles(directories.ports, decodePortFile, log);
  const networks = await loadFiles(directories.networks, decodeNetworkIntent, log);
  return {
    ports: ports.map(({ own }) => own),
    networks: newestOfEach([...networks, ...ports.flatMap(({ network }) => network ?? [])]),
  };
}

interface PortFile {
  readonly own: OwnIntent;
  /** Agents of the feed's version 1 wrote a port and its network as one. */
  readonly network?: NetworkIntent;
}

function decodePortFile(json: unknown): Result<PortFile, unknown> {
  const whole = decodeWholeIntent(json);
  if (whole.ok) return ok(splitIntent(whole.value));
  const own = decodeOwnIntent(json);
  return own.ok ? ok({ own: own.value }) : own;
}

function newestOfEach(networks: readonly NetworkIntent[]): readonly NetworkIntent[] {
  const newest = new Map<Uuid, NetworkIntent>();
  for (const network of networks) {
    const known = newest.get(network.networkId);
    if (!known || network.revision > known.revision) newest.set(network.networkId, network);
  }
  return [...newest.values()];
}

async function loadFiles<T>(
  directory: string,
  decode: (json: unknown) => Result<T, unknown>,
  log: Log,
): Promise<readonly T[]> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith(suffix));
  const loaded = await Promise.all(names.map((name) => loadFile(directory, name, decode)));
  const readable = loaded.filter((value) => value !== undefined);
  const unreadable = loaded.length - readable.length;
  if (unreadable > 0) log.warn({ directory, unreadable }, 'cache: skipped files');
  return readable;
}

async function loadFile<T>(
  directory: string,
  name: string,
  decode: (json: unknown) => Result<T, unknown>,
): Promise<T | undefined> {
  if (!isUuid(name.slice(0, -suffix.length))) return undefined;
  try {
    const decoded = decode(JSON.parse(await readFile(join(directory, name), 'utf8')));
    return decoded.ok ? decoded.value : undefined;
  } catch {
    return undefined;
  }
}
