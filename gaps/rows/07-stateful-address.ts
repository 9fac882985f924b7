import { type ApiProblem, type Network, unwrap } from '../../src/client/index.ts';
import type { Context, Row } from '../contract.ts';
import { expect, lastWords, type Note } from '../probe.ts';
import { expectRefusal } from '../workbench/requests.ts';
import { addressOf, createWorkbench, type PluggedPort, type Workbench } from '../workbench/workbench.ts';

const cidr = '2001:db8:7::/64';
/** Six addresses, so that the pool can be emptied. */
const pool = { start: '2001:db8:7::10', end: '2001:db8:7::15' };
const chosen = '2001:db8:7::12';

/** A small pool is allocated and leased to the last address; the chosen one stays with the port that asked for it. */
export const statefulAddress: Row = {
  id: '7',
  title: 'Ability to create a port on a DHCPv6 stateful subnet and assign a specific IPv6 address, out of the pool',
  claim:
    'The guest leases exactly the address that its port was given; with the whole pool allocated and leased nobody else gets it, and deleting the port gives it back.',
  source: ['RFC 8415 §18.2', 'Networking API v2.0, fixed_ips and allocation_pools'],
  async check(context) {
    const { probe, guests } = context;
    const bench = createWorkbench(context);
    const { api } = bench.tenant;
    const [h1, h2] = guests.hosts;
    const network = await bench.network();
    const subnet = await bench.subnet(network, {
      cidr,
      allocation_pools: [pool],
      ipv6_ra_mode: 'dhcpv6-stateful',
      ipv6_address_mode: 'dhcpv6-stateful',
    });
    const fixed_ips = [{ subnet_id: subnet.id, ip_address: chosen }];
    const owner = await bench.plug({ host: h1, network, port: { fixed_ips } });
    const leased = probe.part(
      'the guest leases exactly the chosen address',
      (note) => expectLease(owner, note, chosen),
      {
        essential: true,
      },
    );
    await probe.part('no second port may ask for it', async (note) => {
      const refused = await expectRefusal(context, api.ports, {
        what: `a second ${chosen}`,
        request: { network_id: network.id, fixed_ips },
        status: 409,
      });
      note(`${refused.status} ${refused.type}: ${refused.message}`);
    });
    const others = await Promise.all([h1, h2, h2, h1, h2].map((host) => bench.plug({ host, network })));
    await probe.part('the rest of the pool is allocated, and the chosen address is not in it', async (note) => {
      const taken = others.map(({ port }) => addressOf(port));
      note(`the other five ports: ${taken.join(' ')}`);
      expect(new Set([...taken, chosen]).size === 6, 'an address was allocated twice');
      const refused = await expectPoolEmpty(context, bench, network);
      note(`a port from the empty pool: ${refused.status} ${refused.type}`);
    });
    if (!(await leased)) return;
    await Promise.all([
      probe.part('every guest leases its own address and no other', async (note) => {
        await Promise.all(others.map((one) => expectLease(one, note, addressOf(one.port))));
      }),
      expectGivenBack(context, { bench, network, owner }),
    ]);
  },
};

function expectPoolEmpty(context: Context, { tenant }: Workbench, { id }: Network): Promise<ApiProblem> {
  const request = { network_id: id };
  return expectRefusal(context, tenant.api.ports, { what: 'a port from an empty pool', request, status: 409 });
}

async function expectLease({ guest, port }: PluggedPort, note: Note, expected: string): Promise<void> {
  const lease = await guest.dhclient();
  note(`${guest.name} (${port.mac_address}) leased ${lease.addresses.join(' ') || 'nothing'}`);
  expect(lease.succeeded, `${guest.name} got no lease: ${lastWords(lease.log)}`);
  expect(
    lease.addresses.join() === expected,
    `${guest.name} leased ${lease.addresses.join(' ')}, expected ${expected}`,
  );
  await guest.waitForAddress({ address: expected });
  await lease.stop();
}

interface Ownership {
  readonly bench: Workbench;
  readonly network: Network;
  readonly owner: PluggedPort;
}

/** A release ends the lease, not the reservation: the address is free for others when the port is deleted. */
async function expectGivenBack(context: Context, { bench, network, owner }: Ownership): Promise<void> {
  const { probe } = context;
  await probe.part('a release keeps it for its port, which leases it again', async (note) => {
    const lease = await owner.guest.dhclient();
    await lease.release();
    const refused = await expectPoolEmpty(context, bench, network);
    note(`released by the guest; another port: ${refused.status} ${refused.type}`);
    await expectLease(owner, note, chosen);
  });
  await probe.part('deleting the port gives the address back', async (note) => {
    await owner.guest.remove();
    unwrap(await bench.tenant.api.ports.delete(owner.port.id));
    const heir = await bench.port(network);
    note(`the next port gets ${addressOf(heir)}`);
    expect(addressOf(heir) === chosen, `the only free address is ${chosen}, but ${addressOf(heir)} was given`);
  });
}
