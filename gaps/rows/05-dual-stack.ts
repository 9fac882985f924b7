import { type Port, type Subnet, unwrap } from '../../src/client/index.ts';
import type { Context, Row } from '../contract.ts';
import { expect, lastWords, type Note } from '../probe.ts';
import { expectSilence, expectTraffic, serve, startSteadyPing } from '../workbench/traffic.ts';
import { addressOf, createWorkbench, type PluggedPort, type Workbench } from '../workbench/workbench.ts';

const stateful = { ipv6_ra_mode: 'dhcpv6-stateful', ipv6_address_mode: 'dhcpv6-stateful' } as const;
const slaac = { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' } as const;

/** Both families on one interface, then on two; each is taken away while the other carries a ping. */
export const dualStack: Row = {
  id: '5',
  title: 'Ability for a NIC to support both IPv4 and IPv6 (dual stack) address',
  claim:
    'A guest configures itself for both families, on one interface with two subnets and on two interfaces with two networks, and reaches its peers over both; taking either family away does not touch the other.',
  source: ['RFC 4213 §2', 'RFC 2131', 'RFC 8415 §6.6', 'RFC 4862'],
  async check(context) {
    const bench = createWorkbench(context);
    await Promise.all([checkOneInterface(context, bench), checkTwoInterfaces(context, bench)]);
  },
};

async function checkOneInterface(context: Context, bench: Workbench): Promise<void> {
  const { probe, guests } = context;
  const [h1, h2] = guests.hosts;
  const network = await bench.network();
  const [v6, v4] = await Promise.all([
    bench.subnet(network, { cidr: '2001:db8:5::/64', ...stateful }),
    bench.subnet(network, { cidr: '192.0.2.0/26' }),
  ]);
  const [near, far] = (await Promise.all([h1, h2].map((host) => bench.plug({ host, network })))) as [
    PluggedPort,
    PluggedPort,
  ];
  const configured = await probe.part('one interface, two subnets: both families configured', async (note) => {
    await Promise.all([near, far].map((one) => leaseBoth(one, [v6, v4], note)));
  });
  if (!configured) return;
  await Promise.all([serve(far.guest, addressOf(far.port, v6)), serve(far.guest, addressOf(far.port, v4))]);
  await probe.part('one interface, two subnets: both families reach across hosts', async (note) => {
    for (const subnet of [v6, v4]) {
      await expectTraffic({ from: near.guest, to: addressOf(far.port, subnet), note });
    }
  });
  for (const [kept, removed] of [
    [v6, v4],
    [v4, v6],
  ] as const) {
    const name = `one interface: IPv${removed.ip_version} taken away, IPv${kept.ip_version} untouched`;
    await probe.part(name, (note) => expectFamilyRemovable(bench, { near, far, kept, removed, note }));
  }
}

/** Leases both families, each the address that the API shows. */
async function leaseBoth({ guest, port }: PluggedPort, subnets: readonly Subnet[], note: Note): Promise<void> {
  await Promise.all(
    subnets.map(async (subnet) => {
      const lease = await guest.dhclient({ family: subnet.ip_version });
      const expected = addressOf(port, subnet);
      note(`${guest.name}: dhclient -${subnet.ip_version} leased ${lease.addresses.join(' ') || 'nothing'}`);
      expect(lease.addresses.includes(expected), `${guest.name} leased no ${expected}: ${lastWords(lease.log)}`);
      await guest.waitForAddress({ address: expected });
    }),
  );
}

interface Removal {
  readonly near: PluggedPort;
  readonly far: PluggedPort;
  readonly kept: Subnet;
  readonly removed: Subnet;
  readonly note: Note;
}

/** Takes one family's address from the port; the guest may no longer use it, and a ping over the other loses nothing. */
async function expectFamilyRemovable(bench: Workbench, { near, far, kept, removed, note }: Removal): Promise<void> {
  const { api } = bench.tenant;
  const both = near.port.fixed_ips;
  const gone = addressOf(near.port, removed);
  const target = addressOf(far.port, removed);
  expect(await near.guest.reaches(target), `${target} is not reached before the change`);
  const steady = await startSteadyPing(near.guest, addressOf(far.port, kept));
  const changed = unwrap(
    await api.ports.update(near.port.id, { fixed_ips: both.filter(({ subnet_id }) => subnet_id === kept.id) }),
  );
  note(`PUT port: fixed_ips ${changed.fixed_ips.map(({ ip_address }) => ip_address).join(' ')}`);
  await expectSilence({ from: near.guest, to: target, note });
  const restored: Port = unwrap(await api.ports.update(near.port.id, { fixed_ips: both }));
  expect(restored.fixed_ips.length === both.length, 'the address could not be given back');
  expect(await near.guest.reaches(target), `${gone} does not work again after it was given back`);
  note(`${gone} given back: reaches ${target} again`);
  await steady.expectUninterrupted(note);
}

async function checkTwoInterfaces(context: Context, bench: Workbench): Promise<void> {
  const { probe, guests } = context;
  const [h1, h2] = guests.hosts;
  const [six, four] = await Promise.all([bench.network(), bench.network()]);
  const v6 = await bench.subnet(six, { cidr: '2001:db8:5:1::/64', ...slaac });
  const v4 = await bench.subnet(four, { cidr: '192.0.2.64/26' });
  const plugBoth = async (host: string) => {
    const first = await bench.plug({ host, network: six });
    const second = await bench.plug({ host, network: four, guest: first.guest });
    return { guest: first.guest, v6: first, v4: second };
  };
  const [near, far] = await Promise.all([plugBoth(h1), plugBoth(h2)]);
  const configured = await probe.part('two interfaces, two networks: both families configured', async (note) => {
    for (const one of [near, far]) {
      const expected = addressOf(one.v6.port, v6);
      await one.guest.waitForAddress({ address: expected, interface: one.v6.interface });
      const lease = await one.guest.dhclient({ family: 4, interface: one.v4.interface });
      note(`${one.guest.name}: ${expected} by SLAAC, ${lease.addresses.join(' ') || 'nothing'} by DHCPv4`);
      expect(lease.addresses.includes(addressOf(one.v4.port, v4)), `no IPv4 lease: ${lastWords(lease.log)}`);
    }
  });
  if (!configured) return;
  await serve(far.guest);
  await serve(far.guest, addressOf(far.v4.port));
  await probe.part('two interfaces, two networks: both families reach across hosts', async (note) => {
    for (const port of [far.v6.port, far.v4.port]) {
      await expectTraffic({ from: near.guest, to: addressOf(port), note });
    }
  });
  await probe.part('two interfaces: IPv4 unplugged, IPv6 untouched', async (note) => {
    const steady = await startSteadyPing(near.guest, addressOf(far.v6.port));
    await near.guest.unplug(near.v4.interface);
    unwrap(await bench.tenant.api.ports.delete(near.v4.port.id));
    expect(!(await near.guest.reaches(addressOf(far.v4.port), { withinMilliseconds: 300 })), 'IPv4 still reaches');
    await steady.expectUninterrupted(note);
  });
  await probe.part('two interfaces: IPv6 unplugged, IPv4 untouched', async (note) => {
    const again = await bench.plug({ host: h1, network: four, guest: near.guest });
    await near.guest.dhclient({ family: 4, interface: again.interface });
    const steady = await startSteadyPing(near.guest, addressOf(far.v4.port));
    await near.guest.unplug(near.v6.interface);
    unwrap(await bench.tenant.api.ports.delete(near.v6.port.id));
    expect(!(await near.guest.reaches(addressOf(far.v6.port), { withinMilliseconds: 300 })), 'IPv6 still reaches');
    await steady.expectUninterrupted(note);
  });
}
