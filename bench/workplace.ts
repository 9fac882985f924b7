import { openApiTarget } from './api-target.ts';
import type { Bench } from './figure.ts';
import { type LargeSite, openLargeSite } from './large-site.ts';
import { openSite, type Site } from './site.ts';

/** The API under load, and how the progress of a figure is told. */
export interface WorkplaceOptions {
  /** Somebody else's API; default: one of our own in a lab. */
  readonly endpoint?: string | undefined;
  readonly token?: string | undefined;
  /** Cuts short whatever load is under way. */
  readonly signal?: AbortSignal | undefined;
  readonly progress: (text: string) => void;
}

/** What figures share, opened when the first one asks. */
export interface Workplace extends Bench {
  /** Takes away all that was made, also where a figure broke off. */
  close(): Promise<void>;
}

/** The API under load has a lab apart from that with the guests: ten thousand ports would keep OVN busy there. */
export function createWorkplace({ endpoint, token, signal, progress }: WorkplaceOptions): Workplace {
  const small = opener(() => openSite(2));
  const large = opener(() => openSite(1));
  const cloud = opener(() => openLargeSite({ hosts: 1_000, portsPerHost: 100, networks: 100, progress }));
  const others: Site[] = [];
  const target = opener(async () => {
    if (endpoint !== undefined) return await openApiTarget({ endpoint, token, signal });
    await small.close((site) => site.close());
    return await openApiTarget({ endpoint: (await large.open()).sextant.endpoint, signal });
  });
  return {
    progress,
    api: target.open,
    apiProcess: async () => (endpoint === undefined ? (await large.open()).controller.pid : undefined),
    site: small.open,
    /** The only lab while it stands: others would take processor time from it. */
    async openSite(options) {
      await small.close((site) => site.close());
      const site = await openSite(1, options);
      others.push(site);
      return site;
    },
    async largeSite(): Promise<LargeSite> {
      await small.close((site) => site.close());
      return await cloud.open();
    },
    async close() {
      try {
        await target.close((api) => (endpoint === undefined ? api.client.close() : api.remove()));
      } finally {
        await cloud.close((site) => site.close());
        for (const site of others) await site.close();
        await small.close((site) => site.close());
        await large.close((site) => site.close());
      }
    },
  };
}

interface Opener<T> {
  open(): Promise<T>;
  /** Closes what is open or about to be, if anything is. */
  close(how: (value: T) => Promise<void>): Promise<void>;
}

/** Opens once, and again after a failure. */
function opener<T>(open: () => Promise<T>): Opener<T> {
  let opened: Promise<T> | undefined;
  return {
    open() {
      opened ??= open().catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
      return opened;
    },
    async close(how) {
      const value = await opened?.catch(() => undefined);
      opened = undefined;
      if (value !== undefined) await how(value);
    },
  };
}
