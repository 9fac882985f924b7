import type { Network, Subnet } from '../../src/client/index.ts';
import { formatAddress, formatPrefix } from '../../src/ip/index.ts';
import type { NdOption, PrefixInformation, RouterAdvertisement } from '../../src/packet/index.ts';
import type { Context, Row } from '../contract.ts';
import { expect, lastWords, type Note } from '../probe.ts';
import { exchangeDhcpv6, leasedAddresses } from '../workbench/dhcpv6-client.ts';
import { aPrefix, solicitRouter } from '../workbench/frames.ts';
import { needOfApi } from '../workbench/requests.ts';
import { addressOf, createWorkbench, type PluggedPort, type Workbench } from '../workbench/workbench.ts';

const nameServer = '2001:db8:53::53';
const forever = 0xffffffff;

/** The pairs of modes for which we send the RA on a tenant network: each RA mode with the same address mode or none. */
const pairs: readonly (readonly [raMode: Mode, addressMode: Mode | null])[] = [
  ['slaac', 'slaac'],
  ['dhcpv6-stateless', 'dhcpv6-stateless'],
  ['dhcpv6-stateful', 'dhcpv6-stateful'],
  ['slaac', null],
  ['dhcpv6-stateless', null],
  ['dhcpv6-stateful', null],
];

type Mode = 'slaac' | 'dhcpv6-stateful' | 'dhcpv6-stateless';

/** M, O and A as RFC 4861 §4.2 and §4.6.2 define them, for each mode. */
const flags: Readonly<Record<Mode, { managed: boolean; other: boolean; autonomous: boolean }>> = {
  slaac: { managed: false, other: false, autonomous: true },
  'dhcpv6-stateless': { managed: false, other: true, autonomous: true },
  'dhcpv6-stateful': { managed: true, other: true, autonomous: false },
};

/** A network for each pair; guests configure themselves by the kernel, by dhclient and by dhcpcd. */
export const addressModes: Row = {
  id: '6',
  title: 'Support IPv6 address assignment modes: SLAAC, DHCPv6 stateless, DHCPv6 stateful',
  claim:
    'For each legal pair of modes the RA has the flags that the mode says, and the kernel, dhclient and dhcpcd end up with the address that the API shows and the name server; leases are renewed, rebound and released; lifetimes are finite and configurable.',
  source: ['RFC 4861 §4.2', 'RFC 4862', 'RFC 8415', 'RFC 8106 §5', 'Networking API v2.0, IPv6 modes'],
  async check(context) {
    const bench = createWorkbench(context);
    const scenes = await Promise.all(pairs.map((pair, index) => makeScene(context, bench, pair, index)));
    await Promise.all(scenes.map((scene) => checkPair(context, scene)));
    await Promise.all(
      scenes.filter(({ addressMode }) => addressMode).map((scene) => checkDhcpcd(context, bench, scene)),
    );
    await checkAdvertisement(context, scenes);
    await checkLease(context, bench, scenes);
    await askForTheRest(context, scenes);
  },
};

interface Scene {
  readonly name: string;
  readonly raMode: Mode;
  readonly addressMode: Mode | null;
  readonly network: Network;
  readonly subnet: Subnet;
  readonly plugged: PluggedPort;
}

async function makeScene(
  { guests }: Context,
  bench: Workbench,
  [raMode, addressMode]: (typeof pairs)[number],
  index: number,
): Promise<Scene> {
  const network = await bench.network();
  const subnet = await bench.subnet(network, {
    cidr: `2001:db8:6:${index + 1}::/64`,
    ipv6_ra_mode: raMode,
    ...(addressMode && { ipv6_address_mode: addressMode }),
    dns_nameservers: [nameServer],
  });
  await bench.router([subnet]);
  const plugged = await bench.plug({ host: guests.hosts[index % 2] ?? guests.hosts[0], network });
  return { name: `${raMode} / ${addressMode ?? 'unset'}`, raMode, addressMode, network, subnet, plugged };
}

async function checkPair({ probe }: Context, scene: Scene): Promise<void> {
  const { name, raMode, addressMode, plugged, subnet } = scene;
  const { guest, port } = plugged;
  await probe.part(`${name}: M, O and A flags`, async (note) => {
    const advertisement = await solicitRouter(guest, plugged.interface, note);
    const { autonomous } = prefixOf(advertisement, subnet);
    const seen = { managed: advertisement.managed, other: advertisement.otherConfiguration, autonomous };
    note(`M=${Number(seen.managed)} O=${Number(seen.other)} A=${Number(seen.autonomous)}`);
    expect(JSON.stringify(seen) === JSON.stringify(flags[raMode]), `not the flags of ${raMode}`);
  });
  if (!addressMode) return;
  await probe.part(`${name}: ${configuredBy[addressMode]}`, async (note) => {
    if (addressMode === 'slaac') await expectRdnss(plugged, note);
    else {
      const answer = await guest.dhclient({ stateless: addressMode === 'dhcpv6-stateless' });
      note(`dhclient: addresses ${answer.addresses.join(' ') || '-'}, DNS ${answer.dnsServers.join(' ') || '-'}`);
      expect(answer.dnsServers.includes(nameServer), `no name server by DHCPv6: ${lastWords(answer.log)}`);
      await answer.stop();
    }
    const { address } = await guest.waitForAddress({ address: addressOf(port) });
    note(`${guest.name} uses ${address}, as the API shows`);
  });
}

/** How a guest is configured where the address mode is set; the kernel takes no name server from the RA. */
const configuredBy: Readonly<Record<Mode, string>> = {
  slaac: 'address by the kernel, DNS in the RA',
  'dhcpv6-stateless': 'address by the kernel, DNS by dhclient -S',
  'dhcpv6-stateful': 'address and DNS by dhclient',
};

function prefixOf({ options }: RouterAdvertisement, { cidr }: Subnet): PrefixInformation {
  const prefixes = options.filter((option) => option.kind === 'prefix-information');
  const wanted = formatPrefix(aPrefix(cidr));
  const found = prefixes.find(({ prefix }) => formatPrefix(prefix) === wanted);
  expect(
    found,
    `the RA has ${prefixes.map(({ prefix }) => formatPrefix(prefix)).join(' ') || 'no prefix'}, not ${cidr}`,
  );
  return found;
}

async function expectRdnss({ guest, interface: name }: PluggedPort, note: Note): Promise<void> {
  const rdnss = findOption(await solicitRouter(guest, name, note), 'rdnss');
  note(`RDNSS ${rdnss?.servers.map(formatAddress).join(' ') ?? 'absent'} for ${rdnss?.lifetimeSeconds ?? 0} s`);
  expect(rdnss?.servers.map(formatAddress).includes(nameServer), 'the RA does not name the name server');
}

function findOption<Kind extends NdOption['kind']>({ options }: RouterAdvertisement, kind: Kind) {
  return options.find((option): option is Extract<NdOption, { kind: Kind }> => option.kind === kind);
}

/** dhcpcd takes the RA away from the kernel and follows its flags: one client for all modes. */
async function checkDhcpcd({ probe, guests }: Context, bench: Workbench, { name, network }: Scene): Promise<void> {
  await probe.part(`${name}: address and DNS by dhcpcd`, async (note) => {
    const { guest, port } = await bench.plug({ host: guests.hosts[1], network });
    const answer = await guest.dhcpcd();
    await guest.waitForAddress({ address: addressOf(port) });
    note(`dhcpcd: ${addressOf(port)}, DNS ${answer.dnsServers.join(' ') || 'by RA only'}`);
    expect(answer.dnsServers.includes(nameServer), `dhcpcd learned no name server: ${lastWords(answer.log)}`);
    await answer.stop();
  });
}

async function checkAdvertisement({ probe }: Context, scenes: readonly Scene[]): Promise<void> {
  const [scene] = scenes;
  if (!scene) throw new Error('there is a scene for each pair');
  const { guest, interface: name } = scene.plugged;
  await probe.part('DNSSL in the RA', async (note) => {
    const dnssl = findOption(await solicitRouter(guest, name, note), 'dnssl');
    note(`DNSSL ${dnssl?.domains.join(' ') ?? 'absent'}`);
    expect(dnssl !== undefined && dnssl.domains.length > 0, 'the RA has no search list');
  });
  await probe.part('lifetimes in the RA are finite', async (note) => {
    const advertisement = await solicitRouter(guest, name, note);
    const { validLifetimeSeconds: valid, preferredLifetimeSeconds: preferred } = prefixOf(advertisement, scene.subnet);
    note(`valid ${valid} s, preferred ${preferred} s, router ${advertisement.routerLifetimeSeconds} s`);
    expect(valid < forever && preferred <= valid && preferred > 0, 'the lifetimes are not finite');
  });
}

/** The messages that a client sends later in a lease's life, made by hand: real clients would wait for T1 and T2. */
async function checkLease({ probe, guests }: Context, bench: Workbench, scenes: readonly Scene[]): Promise<void> {
  const scene = scenes.find(({ addressMode }) => addressMode === 'dhcpv6-stateful');
  if (!scene) throw new Error('there is a stateful pair');
  await probe.part('a lease is renewed, rebound and released', async (note: Note) => {
    const plugged = await bench.plug({ host: guests.hosts[0], network: scene.network });
    const expected = addressOf(plugged.port);
    for (const type of ['solicit', 'request', 'renew', 'rebind'] as const) {
      const reply = await exchangeDhcpv6(plugged, { type, address: expected });
      const leased = leasedAddresses(reply);
      note(
        `${type} -> ${reply.type}: ${leased.map(({ text, valid }) => `${text} for ${valid} s`).join(' ') || 'nothing'}`,
      );
      expect(
        leased.some(({ text, valid }) => text === expected && valid > 0 && valid < forever),
        `${type}: no ${expected}`,
      );
    }
    const reply = await exchangeDhcpv6(plugged, { type: 'release', address: expected });
    const status = reply.options.find((option) => option.kind === 'status-code');
    note(`release -> ${reply.type}: ${status?.kind === 'status-code' ? status.status : 'no status'}`);
    expect(status?.kind !== 'status-code' || status.status === 'success', 'the release was not accepted');
  });
}

async function askForTheRest(context: Context, scenes: readonly Scene[]): Promise<void> {
  const { cloud, tag } = context;
  const [scene] = scenes;
  await needOfApi(context, {
    part: 'configurable lifetimes',
    method: 'PUT',
    path: `/v2.0/subnets/${scene?.subnet.id}`,
    body: { subnet: { preferred_lifetime: 600, valid_lifetime: 1200 } },
  });
  await needOfApi(context, {
    part: 'a provider network, for pairs whose RA an upstream router sends',
    path: '/v2.0/networks',
    as: cloud.admin,
    body: { network: { name: tag, 'provider:network_type': 'flat', 'provider:physical_network': 'physnet1' } },
  });
}
