import { openApiTarget } from './api-target.ts';
import type { Bench } from './figure.ts';
import { openSite } from './site.ts';

export interface WorkplaceOptions {
  /** Somebody else's API; default: one of our own in a lab. */
  readonly endpoint?: string | undefined;
  readonly token?: string | undefined;
  readonly progress: (text: string) => void;
}

/** What figures share, opened when the first one asks. */
export interface Workplace extends Bench {
  close(): Promise<void>;
}

/** The API under load has a lab apart from that with the guests: ten thousand ports would keep OVN busy there. */
export function createWorkplace({ endpoint, token, progress }: WorkplaceOptions): Workplace {
  const small = opener(() => openSite(2));
  const large = opener(() => openSite(1));
  const target = opener(async () => {
    if (endpoint !== undefined) return await openApiTarget({ endpoint, token });
    await small.close((site) => site.close());
    return await openApiTarget({ endpoint: (await large.open()).sextant.endpoint });
  });
  return {
    progress,
    api: target.open,
    apiProcess: async () => (endpoint === undefined ? (await large.open()).controller.pid : undefined),
    site: small.open,
    /** The only lab while it stands: others would take processor time from it. */
    async openSite() {
      await small.close((site) => site.close());
      return await openSite(1);
    },
    async close() {
      await target.close((api) => (endpoint === undefined ? api.client.close() : api.remove()));
      await small.close((site) => site.close());
      await large.close((site) => site.close());
    },
  };
}

interface Opener<T> {
  open(): Promise<T>;
  /** Closes what is open, if anything is. */
  close(how: (value: T) => Promise<void>): Promise<void>;
}

/** Opens once, and again after a failure. */
function opener<T>(open: () => Promise<T>): Opener<T> {
  let opened: T | undefined;
  return {
    async open() {
      opened ??= await open();
      return opened;
    },
    async close(how) {
      if (opened !== undefined) await how(opened);
      opened = undefined;
    },
  };
}
