import { milliseconds, newUuid, waitFor } from '../src/base/index.ts';
import { type Client, createClient, type Port } from '../src/client/index.ts';
import type { Outage, Site, SiteWish, Tenant, UnderlayFamily } from './contract.ts';
import { type Host, type Lab, openLab, type Service, startSextant } from './lab/index.ts';

/** The lab, and the cloud that runs on it. */
export interface LabSiteOptions {
  readonly lab: Lab;
  /** The Networking API of the cloud that runs on the lab. It must know callers by plain headers. */
  readonly endpoint: string;
  readonly cloudName: string;
  /** Its only controller, where rows may end it. */
  readonly controller?: Service | undefined;
}

/** A site whose guests and eyes are the lab's. Close it when the rows have ended. */
export interface ClosableSite extends Site {
  close(): Promise<void>;
}

/** Two tenants of this run's own, so that it never meets the networks of another run. */
export function openLabSite({ lab, endpoint, cloudName, controller }: LabSiteOptions): ClosableSite {
  const admin = createClient({ endpoint });
  const tenant = (name: string): Tenant => {
    const projectId = newUuid().replaceAll('-', '');
    return { name, projectId, api: admin.as({ kind: 'project', projectId, roles: ['member', 'reader'] }) };
  };
  const tenants = [tenant('red'), tenant('blue')] as const;
  const [first, second, ...others] = lab.hosts.map(({ name }) => name);
  if (!first || !second) throw new Error('the gap analysis takes two hosts at least');
  return {
    cloud: { name: cloudName, admin, tenants: [...tenants] },
    guests: { hosts: [first, second, ...others], plug: (request) => lab.plug(request) },
    eyes: {
      captureUnderlay: (host, filter) => lab.captureUnderlay(host, filter),
      countDrops: (port) => countDrops(lab.getHost(port['binding:host_id'] ?? ''), port),
    },
    ...(controller && { outage: outageOf(controller, admin) }),
    async close() {
      await Promise.all([admin, ...tenants.map(({ api }) => api)].map((client) => client.close()));
    },
  };
}

function outageOf(controller: Service, { networks }: Client): Outage {
  return {
    begin: () => controller.stop(),
    async end() {
      await controller.start();
      const serves = async () => (await networks.list()).ok;
      await waitFor('the API to serve again', serves, { within: milliseconds(30_000) });
    },
  };
}

/** Frames that rules of the bridge which the port is plugged into have dropped because they came from this port. */
async function countDrops(host: Host, port: Port): Promise<number> {
  const bridge = port['binding:vif_details']?.bridge_name;
  const flows = await host.flows(typeof bridge === 'string' ? bridge : 'br-int');
  const source = `in_port="?tap${port.id.slice(0, 11)}"?(,|$)`;
  return flows
    .filter(({ match, actions }) => actions === 'drop' && new RegExp(source).test(match))
    .reduce((sum, { packets }) => sum + packets, 0);
}

/** Finds a site of the kind that a row needs, and closes those that it opened. */
export interface SiteFinder {
  /** The site that was given where it is as wished, or one more lab with the same cloud on it: one of its own, or shared. */
  find(wish: SiteWish): Promise<Site | undefined>;
  close(): Promise<void>;
}

/** Finds sites built otherwise for the rows that ask: a small lab of two hosts beside the one that is there. */
export function createSiteFinder(lab: Lab, site: Site): SiteFinder {
  const shared = new Map<number, Promise<ClosableSite>>();
  const opened: Promise<ClosableSite>[] = [];
  const open = (underlay: UnderlayFamily) => {
    const opening = openSmallSite(underlay, site.cloud.name);
    opened.push(opening);
    return opening;
  };
  return {
    async find({ underlay = lab.underlay, isOwn = false }) {
      if (isOwn) return open(underlay);
      if (underlay === lab.underlay) return site;
      const other = shared.get(underlay) ?? open(underlay);
      shared.set(underlay, other);
      return other;
    },
    async close() {
      await Promise.allSettled(opened.map(async (opening) => (await opening).close()));
    },
  };
}

async function openSmallSite(underlay: UnderlayFamily, cloudName: string): Promise<ClosableSite> {
  const lab = await openLab({ hosts: 2, underlay });
  try {
    const { endpoint, controller, stop } = await startSextant(lab);
    const site = openLabSite({ lab, endpoint, cloudName, controller });
    return {
      ...site,
      async close() {
        await site.close();
        await stop();
        await lab.close();
      },
    };
  } catch (error) {
    await lab.close();
    throw error;
  }
}
