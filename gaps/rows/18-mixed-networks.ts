import type { Row } from '../contract.ts';
import { expect } from '../probe.ts';
import { expectPing } from '../workbench/traffic.ts';
import { addressOf, createWorkbench, type PluggedPort, type Workbench } from '../workbench/workbench.ts';

const slaac = { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' } as const;

/** Two IPv6 networks, each with a router of its own and something behind it, on one guest. */
export const mixedNetworks: Row = {
  id: '18',
  title: 'Ability for a VM to support a mix of multiple IPv4 and IPv6 networks, including multiples of the same type',
  claim:
    'One guest on two IPv4, two IPv6 and one dual-stack network reaches what belongs to each, and packets from a prefix leave through the router that advertised it.',
  source: ['RFC 8028 §3', 'RFC 4191 §2.3', 'RFC 6724 §5'],
  async check(context) {
    const { probe, guests } = context;
    const bench = createWorkbench(context);
    const [near, far] = guests.hosts;
    const sites = await Promise.all([1, 2].map((number) => makeSite(bench, number, far)));
    const [first, second] = sites;
    if (!first || !second) throw new Error('two sites were made');
    const guest = (await bench.plug({ host: near, network: first.network })).guest;
    await bench.plug({ host: near, network: second.network, guest });
    await probe.part('two IPv6 networks on one guest: each neighbour is reached', async (note) => {
      for (const [index, { neighbour, cidr }] of sites.entries()) {
        await guest.waitForAddress({ interface: `eth${index}` });
        note(`eth${index} is on ${cidr}`);
        await expectPing({ from: guest, to: addressOf(neighbour.port), note });
      }
    });
    await probe.part(
      'what is behind each router is reached from the prefix which that router advertised',
      async (note) => {
        for (const { cidr, behind } of sites) {
          const to = addressOf(behind.port);
          const { stdout } = await guest.run(['ip', '-6', 'route', 'get', to]);
          note(stdout.trim());
          const prefix = cidr.replace('::/64', ':');
          expect(stdout.includes(` src ${prefix}`), `${to} would be reached from another prefix than ${cidr}`);
          await expectPing({ from: guest, to, note });
        }
      },
      { essential: true },
    );
    probe.leaveUnproven('two IPv4 networks and a dual-stack one besides', 'no row looks further yet');
  },
};

/** A network with a neighbour on it, and a second one behind its router. */
async function makeSite(bench: Workbench, number: number, host: string) {
  const [network, inner] = await Promise.all([bench.network(), bench.network()]);
  const cidr = `2001:db8:18:${number}::/64`;
  const subnet = await bench.subnet(network, { cidr, ...slaac });
  const innerSubnet = await bench.subnet(inner, { cidr: `2001:db8:18:${number}00::/64`, ...slaac });
  await bench.router([subnet, innerSubnet]);
  const [neighbour, behind] = await Promise.all([bench.plug({ host, network }), bench.plug({ host, network: inner })]);
  await Promise.all([neighbour, behind].map(({ guest }: PluggedPort) => guest.waitForAddress()));
  return { network, cidr, neighbour, behind };
}
