import type { Command } from 'commander';
import { type Subnet, type SubnetCreate, unwrap } from '../client/index.ts';
import { withContext } from './context.ts';
import { networks } from './network.ts';
import { addNoun, getNoun, given, type Noun, show } from './noun.ts';

export const subnets: Noun<Subnet> = {
  name: 'subnet',
  collection: (client) => client.subnets,
  columns: [
    { title: 'id', value: ({ id }) => id },
    { title: 'name', value: ({ name }) => name },
    { title: 'prefix', value: ({ cidr }) => cidr },
    { title: 'gateway', value: ({ gateway_ip }) => gateway_ip },
    { title: 'RA', value: ({ ipv6_ra_mode }) => ipv6_ra_mode },
    { title: 'addresses', value: ({ ipv6_address_mode }) => ipv6_address_mode },
    { title: 'network', value: ({ network_id }) => network_id },
  ],
};

interface CreateOptions {
  readonly network: string;
  readonly cidr: string;
  readonly raMode?: NonNullable<Subnet['ipv6_ra_mode']>;
  readonly addressMode?: NonNullable<Subnet['ipv6_ra_mode']>;
  readonly gateway?: string;
  readonly dns?: readonly string[];
  /** False with --no-dhcp. */
  readonly dhcp: boolean;
  readonly pool?: readonly string[];
}

export function addSubnet(program: Command): void {
  addNoun(program, subnets)
    .command('create')
    .description('create a subnet')
    .argument('<name>')
    .requiredOption('--network <name-or-id>')
    .requiredOption('--cidr <prefix>', 'as 2001:db8:1::/64')
    .option('--ra-mode <mode>', 'slaac, dhcpv6-stateful or dhcpv6-stateless')
    .option('--address-mode <mode>', 'slaac, dhcpv6-stateful or dhcpv6-stateless')
    .option('--gateway <address>', 'an address, or none')
    .option('--dns <address...>', 'name servers')
    .option('--pool <first,last...>', 'allocation pools')
    .option('--no-dhcp')
    .action((name: string, options: CreateOptions, self: Command) =>
      withContext(self, async (context) => {
        const network = await getNoun(context, networks, options.network);
        const wanted = subnetRequest(name, network.id, options);
        await show(context, unwrap(await context.client.subnets.create(wanted)));
      }),
    );
}

function subnetRequest(name: string, networkId: string, options: CreateOptions): SubnetCreate {
  const { cidr, gateway, dns, pool } = options;
  return {
    name,
    network_id: networkId,
    ip_version: cidr.includes(':') ? 6 : 4,
    cidr,
    enable_dhcp: options.dhcp,
    ...given({
      ipv6_ra_mode: options.raMode,
      ipv6_address_mode: options.addressMode,
      gateway_ip: gateway === 'none' ? null : gateway,
      dns_nameservers: dns,
      allocation_pools: pool?.map((range) => {
        const [start = '', end = start] = range.split(',');
        return { start, end };
      }),
    }),
  };
}
