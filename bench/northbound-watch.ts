import { type Milliseconds, milliseconds, waitFor } from '../src/base/index.ts';
import { northbound } from '../src/ovn/index.ts';
import { endpointForms, openDatabase, parseEndpoint } from '../src/ovsdb/index.ts';

/** Sees the ports of OVN's northbound database as they come. */
export interface NorthboundWatch {
  /** When the row of this port came, by performance.now(). */
  appeared(portId: string): Promise<number>;
  /** Waits until it is known that the server is gone; what was seen until then is old. */
  waitForLoss(): Promise<void>;
  /** Ports now, or when the server was last there. */
  count(): number;
  /** Waits until there are exactly so many ports, at most two minutes by default. Counts only while the replica is complete. */
  waitForCount(count: number, within?: Milliseconds): Promise<void>;
  close(): Promise<void>;
}

/** `text` is an endpoint, such as `unix:/path`. Resolves when everything that is there has been seen. */
export async function watchNorthbound(text: string): Promise<NorthboundWatch> {
  const endpoint = parseEndpoint(text);
  if (!endpoint) throw new Error(`${text} is not ${endpointForms}`);
  const database = openDatabase({
    schema: northbound.schema,
    endpoints: [endpoint],
    select: { Logical_Switch_Port: { columns: ['name'] } },
  });
  const times = new Map<string, number>();
  const waiting = new Map<string, (time: number) => void>();
  database.replica.subscribe((event) => {
    if (event.kind === 'lost') return;
    const now = performance.now();
    for (const change of event.changes) {
      if (change.old || !change.new) continue;
      times.set(change.new.name, now);
      waiting.get(change.new.name)?.(now);
      waiting.delete(change.new.name);
    }
  });
  await database.synchronised();
  const ports = database.replica.table('Logical_Switch_Port');
  return {
    appeared(portId) {
      const known = times.get(portId);
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve) => waiting.set(portId, resolve));
    },
    async waitForLoss() {
      await waitFor('the loss of NB', () => !database.replica.complete);
    },
    count: () => ports.size,
    async waitForCount(count, within = milliseconds(120_000)) {
      await waitFor(`${count} ports in NB`, () => database.replica.complete && ports.size === count, {
        within,
        every: milliseconds(5),
      });
    },
    close: () => database.close(),
  };
}
