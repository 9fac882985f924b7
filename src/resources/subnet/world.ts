import type { Network } from '../network/network.ts';
import type { Port } from '../port/port.ts';
import type { Reader } from '../world.ts';
import type { SubnetInput } from './definition.ts';
import type { Subnet } from './subnet.ts';

/** What creating a subnet must know. */
export interface SubnetCreateWorld {
  readonly network: Network | undefined;
  /** The subnets that are on the network already. */
  readonly siblings: readonly Subnet[];
  /** All ports of the network: they hear its advertisements. */
  readonly ports: readonly Port[];
}

export async function readCreateWorld(reader: Reader, input: SubnetInput): Promise<SubnetCreateWorld> {
  const where = { kind: 'in', column: 'network_id', values: [input.networkId] } as const;
  return {
    network: await reader.find('network', input.networkId),
    siblings: await reader.list('subnet', { where }),
    ports: await reader.list('port', { where }),
  };
}

/** What changing or deleting a subnet must know. For a change that guests don't hear of, no ports are needed. */
export interface SubnetPortsWorld {
  readonly network: Network | undefined;
  /** All ports of its network. */
  readonly ports: readonly Port[];
}

export async function readPortsWorld(reader: Reader, { networkId }: Subnet): Promise<SubnetPortsWorld> {
  return {
    network: await reader.find('network', networkId),
    ports: await reader.list('port', { where: { kind: 'in', column: 'network_id', values: [networkId] } }),
  };
}

/** Whether a change reaches guests, by advertisements or leases: everything but what people call the subnet. */
export function concernsGuests(input: Partial<SubnetInput>): boolean {
  return Object.keys(input).some((field) => field !== 'name' && field !== 'description');
}

export async function readUpdateWorld(
  reader: Reader,
  subnet: Subnet,
  input: Partial<SubnetInput>,
): Promise<SubnetPortsWorld> {
  if (concernsGuests(input)) return readPortsWorld(reader, subnet);
  return { network: await reader.find('network', subnet.networkId), ports: [] };
}
