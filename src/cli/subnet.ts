import type { Command } from 'commander';
import { collectionDescriptions, type Subnet } from '../client/index.ts';
import { addNoun, type Noun } from './noun.ts';

/** The subnet as the commands list and show it. */
export const subnets: Noun<Subnet> = {
  description: collectionDescriptions.subnets,
  columns: [
    { title: 'id', value: ({ id }) => id },
    { title: 'name', value: ({ name }) => name },
    { title: 'prefix', value: ({ cidr }) => cidr },
    { title: 'gateway', value: ({ gateway_ip }) => gateway_ip },
    { title: 'RA', value: ({ ipv6_ra_mode }) => ipv6_ra_mode },
    { title: 'addresses', value: ({ ipv6_address_mode }) => ipv6_address_mode },
    { title: 'network', value: ({ network_id }) => network_id },
  ],
  spellings: {
    ip_version: { help: '4 or 6 (default: that of the prefix)', optional: true },
    ipv6_ra_mode: { option: 'ra-mode' },
    ipv6_address_mode: { option: 'address-mode' },
    gateway_ip: { option: 'gateway' },
    dns_nameservers: { option: 'dns' },
    enable_dhcp: { option: 'dhcp' },
    allocation_pools: { option: 'pool', help: 'first,last of an allocation pool', read: readPool },
  },
  complete: (body) => ({ ip_version: String(body.cidr ?? ':').includes(':') ? 6 : 4, ...body }),
};

/** Adds `sextant subnet ...`. */
export function addSubnet(program: Command): void {
  addNoun(program, subnets);
}

function readPool(text: string): object | undefined {
  const [start, end, ...more] = text.split(',');
  return end === undefined || more.length > 0 || text.includes('=') ? undefined : { start, end };
}
