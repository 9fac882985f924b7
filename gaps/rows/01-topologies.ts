import { type Network, type Subnet, unwrap } from '../../src/client/index.ts';
import { macBytes } from '../../src/ip/index.ts';
import type { CapturedFrame, Context, Row, Site, UnderlayFamily } from '../contract.ts';
import { expect, type Note } from '../probe.ts';
import { aMac, anAddress, carries, groupMac, isSentTo } from '../workbench/frames.ts';
import { needOfApi } from '../workbench/requests.ts';
import { expectSharing, expectSharingByPolicy } from '../workbench/sharing.ts';
import { expectPing, expectTraffic, serve } from '../workbench/traffic.ts';
import { readTunnelPacket } from '../workbench/tunnel.ts';
import { addressOf, createWorkbench, type PluggedPort } from '../workbench/workbench.ts';

const cidr = '2001:db8:1::/64';
const stateful = { ipv6_ra_mode: 'dhcpv6-stateful', ipv6_address_mode: 'dhcpv6-stateful' } as const;
/** The same two in both tenants. */
const addresses = ['2001:db8:1::a', '2001:db8:1::b'] as const;

/** Two tenants with the same prefix and addresses, once over each underlay; then every other network type is asked for. */
export const topologies: Row = {
  id: '1',
  title: 'All topologies work in a multi-tenant environment',
  claim:
    'For each network type and underlay family two tenants use the same prefix and addresses: inside a tenant everything reaches, between tenants not one frame arrives, and the wire carries the right family, protocol and segmentation id.',
  source: ['RFC 8926', 'RFC 7348', 'RFC 2890', 'Networking API v2.0, provider and rbac-policies extensions'],
  async check(context) {
    const { probe, cloud, tag } = context;
    await Promise.all(([6, 4] as const).map((underlay) => checkUnderlay(context, underlay)));
    for (const type of ['vxlan', 'gre', 'vlan']) {
      await needOfApi(context, {
        part: `a ${type} network`,
        path: '/v2.0/networks',
        as: cloud.admin,
        body: { network: { name: tag, 'provider:network_type': type } },
      });
    }
    await probe.part('a shared network admits the other tenant, an unshared one does not', (note) =>
      expectSharing(context, note),
    );
    await probe.part('an RBAC policy admits the tenant that it names, and no other', (note) =>
      expectSharingByPolicy(context, note),
    );
  },
};

async function checkUnderlay(context: Context, underlay: UnderlayFamily): Promise<void> {
  const name = `Geneve over IPv${underlay}`;
  const site = await context.findSite({ underlay });
  if (!site) return context.probe.skip(name, `no site whose underlay is IPv${underlay}`);
  const { probe } = context;
  const tenants = await Promise.all(([0, 1] as const).map((tenant) => makeTenant(context, site, tenant)));
  const [red, blue] = tenants;
  if (!red || !blue) throw new Error('two tenants were made');
  await probe.part(`${name}: inside each tenant everything reaches, with the same addresses`, async (note) => {
    for (const { near, far } of tenants) {
      await expectTraffic({ from: near.guest, to: addressOf(far.port), note });
    }
  });
  await probe.part(
    `${name}: between tenants not one frame arrives`,
    (note) => expectIsolated(context, { speaker: red, other: blue }, note),
    { essential: true },
  );
  const { eyes } = site;
  if (!eyes) return probe.skip(`${name}: the wire between hosts`, 'this cloud has no eyes on its underlay');
  await probe.part(`${name}: the wire carries the right family, protocol and segmentation id`, async (note) => {
    for (const tenant of tenants) await expectOnTheWire({ site, eyes, tenant, underlay, note });
  });
}

interface TenantScene {
  readonly network: Network;
  readonly subnet: Subnet;
  readonly near: PluggedPort;
  readonly far: PluggedPort;
}

async function makeTenant(context: Context, site: Site, tenant: 0 | 1): Promise<TenantScene> {
  const bench = createWorkbench(context, { site, tenant });
  const network = await bench.network();
  const subnet = await bench.subnet(network, { cidr, ...stateful });
  const [near, far] = (await Promise.all(
    addresses.map((ip_address, index) =>
      bench.plug({
        host: site.guests.hosts[index] ?? site.guests.hosts[0],
        network,
        port: { fixed_ips: [{ subnet_id: subnet.id, ip_address }] },
      }),
    ),
  )) as [PluggedPort, PluggedPort];
  await Promise.all(
    [near, far].map(async ({ guest, port }) => {
      // Without DAD: were the tenants on one link, it would end the row before the captures show why.
      await guest.run(['ip', 'address', 'add', `${addressOf(port)}/64`, 'dev', 'eth0', 'nodad']);
      await guest.waitForAddress({ address: addressOf(port) });
    }),
  );
  await serve(far.guest);
  return { network, subnet, near, far };
}

interface Neighbours {
  readonly speaker: TenantScene;
  readonly other: TenantScene;
}

/**
 * One tenant sends unicast, multicast and frames to unused addresses. Its own peer hears them, so they were sent; the
 * other tenant's guests must hear none.
 */
async function expectIsolated(context: Context, { speaker, other }: Neighbours, note: Note): Promise<void> {
  const [atPeer, ...captures] = await Promise.all(
    [speaker.far, other.near, other.far].map(({ guest }) => guest.capture()),
  );
  if (!atPeer) throw new Error('a capture was opened for each guest');
  // As much as a pattern of ping(8) holds.
  const spoken = `${context.tag} for one tenant`.slice(0, 16);
  const pattern = Buffer.from(spoken).toString('hex');
  const ping = (to: string) =>
    speaker.near.guest.run(['ping', '-n', '-c', '3', '-i', '0.1', '-W', '0.3', '-s', '64', '-p', pattern, to]);
  await Promise.all(['ff02::1%eth0', addressOf(speaker.far.port), '2001:db8:1::dead'].map(ping));
  const said = [aMac(speaker.far.port.mac_address), groupMac(anAddress('ff02::1'))].map(
    (mac) => (frame: CapturedFrame) => isSentTo(frame, mac) && carries(frame, spoken),
  );
  // Required below only: what the wrong guests hear says more than what the right one misses.
  await Promise.allSettled(said.map((isSaid) => atPeer.waitFor('what was said', isSaid)));
  // The other tenant's own traffic after it: whatever was on its way has arrived when this has.
  const alive = await other.near.guest.reaches(addressOf(other.far.port));
  const heard = (await Promise.all(captures.map((capture) => capture.stop()))).flat();
  const macs = [speaker.near.port, speaker.far.port].map(({ mac_address }) => macBytes(aMac(mac_address)));
  const strange = heard.filter((frame) => macs.some((mac) => carries(frame, mac)) || carries(frame, spoken));
  const heardByPeer = await atPeer.stop();
  const [unicast = 0, multicast = 0] = said.map((isSaid) => heardByPeer.filter(isSaid).length);
  note(`at its own peer: ${unicast} frames of unicast, ${multicast} of multicast`);
  note(`${heard.length} frames at the other tenant's guests, ${strange.length} of them from this tenant`);
  expect(strange.length === 0, `${strange.length} frames of another tenant arrived`);
  expect(unicast > 0 && multicast > 0, 'its own peer did not hear what was said');
  expect(alive, 'the other tenant’s guests no longer reach each other');
}

interface Wire {
  readonly site: Site;
  readonly eyes: NonNullable<Site['eyes']>;
  readonly tenant: TenantScene;
  readonly underlay: UnderlayFamily;
  readonly note: Note;
}

async function expectOnTheWire({ site, eyes, tenant: { network, near, far }, underlay, note }: Wire): Promise<void> {
  // Only an administrator sees it.
  const shown = unwrap(await site.cloud.admin.networks.show(network.id))['provider:segmentation_id'];
  const capture = await eyes.captureUnderlay(near.guest.host, shown ? { segmentationId: shown } : undefined);
  await expectPing({ from: near.guest, to: addressOf(far.port), note });
  const mac = macBytes(aMac(near.port.mac_address));
  const isOurs = (frame: CapturedFrame) => frame.direction === 'out' && carries(frame, mac);
  const packet = readTunnelPacket(await capture.waitFor('a tunnel packet of this tenant', isOurs));
  await capture.stop();
  note(`on the wire: ${packet ? `IPv${packet.family}, ${packet.protocol}, id ${packet.segmentationId}` : 'no tunnel'}`);
  expect(packet?.family === underlay, `the outer packet is IPv${packet?.family}, expected IPv${underlay}`);
  expect(packet.protocol === 'geneve', `the outer protocol is ${packet.protocol}`);
  note(`the API's segmentation id: ${shown ?? 'not shown'}`);
  expect(
    shown === undefined || packet.segmentationId === shown,
    `id ${packet.segmentationId} on the wire, API: ${shown}`,
  );
}
