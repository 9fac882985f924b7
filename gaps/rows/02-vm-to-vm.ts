import type { Context, Row } from '../contract.ts';
import { expect, type Note } from '../probe.ts';
import { expectTcp, expectTraffic, expectUdp, type Flow, serve } from '../workbench/traffic.ts';
import { addressOf, createWorkbench, type PluggedPort } from '../workbench/workbench.ts';

const slaac = { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' } as const;
/** Smaller than what Ethernet carries, larger than what IPv6 demands (RFC 8200 §5). */
const smallMtu = 1380;
const tenMegabytes = 10_000_000;

/** Five guests of one tenant: three on one network over two hosts, and one on each host behind a router. */
export const vmToVm: Row = {
  id: '2',
  title: 'IPv6 VM to VM only',
  claim:
    'With no IPv4 anywhere in the tenant, guests reach each other on one host and across hosts, switched and routed: ping, TCP, UDP, a 10 MB transfer, and path MTU discovery where a link in the path is smaller.',
  source: ['RFC 4862', 'RFC 8200 §5', 'RFC 8201 §4', 'RFC 4443 §3.2'],
  async check(context) {
    const { probe } = context;
    const { sender, peers, linkMtu } = await makeGuests(context);
    await probe.part('no IPv4 anywhere: not on a subnet, a port, a guest', async (note) => {
      for (const { guest, port } of [sender, ...Object.values(peers)]) {
        expect(
          port.fixed_ips.every(({ ip_address }) => ip_address.includes(':')),
          `${guest.name} has an IPv4 fixed IP`,
        );
        const addresses = (await guest.addresses()).filter(({ scope }) => scope !== 'host');
        expect(
          addresses.every(({ family }) => family === 6),
          `${guest.name} has an IPv4 address`,
        );
        note(`${guest.name}: ${addresses.map(({ address }) => address).join(' ')}`);
      }
    });
    await Promise.all(Object.values(peers).map(({ guest }) => serve(guest)));
    const flow = (to: PluggedPort, note: Note) => ({ from: sender.guest, to: addressOf(to.port), note });
    await Promise.all(
      Object.entries(peers).map(([path, peer]) =>
        probe.part(`${path}: ping, TCP, UDP`, (note) => expectTraffic(flow(peer, note))),
      ),
    );
    for (const [path, peer] of Object.entries(peers)) {
      await probe.part(`${path}: a 10 MB transfer`, async (note) => {
        await expectTcp(flow(peer, note), tenMegabytes);
      });
    }
    for (const [path, { port }] of Object.entries(peers).filter(([path]) => path.startsWith('routed'))) {
      await probe.part(`${path}: path MTU discovery`, (note) =>
        expectPathMtu({ from: sender.guest, to: addressOf(port), note }, linkMtu),
      );
    }
  },
};

async function makeGuests(context: Context) {
  const [h1, h2] = context.guests.hosts;
  const bench = createWorkbench(context);
  const [left, right] = await Promise.all([bench.network(), bench.network({ mtu: smallMtu })]);
  const subnets = await Promise.all([
    bench.subnet(left, { cidr: '2001:db8:2:1::/64', ...slaac }),
    bench.subnet(right, { cidr: '2001:db8:2:2::/64', ...slaac }),
  ]);
  await bench.router(subnets);
  const [sender, switchedHere, switchedThere, routedHere, routedThere] = await Promise.all([
    bench.plug({ host: h1, network: left }),
    bench.plug({ host: h1, network: left }),
    bench.plug({ host: h2, network: left }),
    bench.plug({ host: h1, network: right }),
    bench.plug({ host: h2, network: right }),
  ]);
  const peers = {
    'switched, one host': switchedHere,
    'switched, across hosts': switchedThere,
    'routed, one host': routedHere,
    'routed, across hosts': routedThere,
  };
  await Promise.all(
    [sender, ...Object.values(peers)].map(({ guest, port }) => guest.waitForAddress({ address: addressOf(port) })),
  );
  return { sender, peers, linkMtu: left.mtu };
}

/** A packet that fits the first link and not the second draws a Packet Too Big, and the sender's kernel learns from it. */
async function expectPathMtu({ from: sender, to, note }: Flow, linkMtu: number): Promise<void> {
  const headers = 48;
  const whole = await sender.ping(to, { count: 2, size: linkMtu - headers, dontFragment: true });
  const answer = whole.text.split('\n').find((line) => /too (big|long|large)/i.test(line));
  note(`${linkMtu} bytes to ${to}: ${whole.received} of ${whole.sent} replies, "${answer ?? 'no error'}"`);
  const { stdout } = await sender.run(['ip', '-6', 'route', 'get', to]);
  const learned = /mtu (\d+)/.exec(stdout)?.[1];
  note(`the sender's kernel has a path MTU of ${learned ?? 'nothing learned'}`);
  expect(learned === String(smallMtu), `path MTU learned: ${learned ?? 'none'}, expected ${smallMtu}`);
  const fitting = await sender.ping(to, { count: 2, size: smallMtu - headers, dontFragment: true });
  note(`${smallMtu} bytes: ${fitting.received} of ${fitting.sent} replies`);
  expect(fitting.received === fitting.sent, `packets of the learned size don't pass`);
  await expectUdp({ from: sender, to, note }, { count: 3, size: 4000 });
}
