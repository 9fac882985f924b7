import { type ApiTarget, openApiTarget } from './api-target.ts';
import type { Bench } from './figure.ts';
import { openSite, type Site } from './site.ts';

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
  let small: Promise<Site> | undefined;
  let large: Promise<Site> | undefined;
  let target: Promise<ApiTarget> | undefined;
  const ownApi = async () => {
    await (await small)?.close();
    small = undefined;
    large ??= openSite(1);
    return (await large).sextant.endpoint;
  };
  return {
    progress,
    async api() {
      target ??= endpoint === undefined ? openOwn() : openApiTarget({ endpoint, token });
      return await target;
    },
    apiProcess: async () => (await large)?.controller.pid,
    site: () => (small ??= openSite(2)),
    openSite: () => openSite(1),
    async close() {
      if (endpoint !== undefined) await (await target)?.remove();
      await (await small)?.close();
      await (await large)?.close();
    },
  };

  async function openOwn(): Promise<ApiTarget> {
    return await openApiTarget({ endpoint: await ownApi() });
  }
}
