import { type Address, type Mac, parseMac, prefixContains } from '../../ip/index.ts';
import {
  addressClaimValue,
  addressOfClaimValue,
  findFreeValues,
  type Reader,
  type ResourceSettings,
  type RuleContext,
  type ScopedReader,
} from '../../kit/index.ts';
import type { NetworkId, PortId, SubnetId } from '../ids.ts';
import type { Network } from '../network/network.ts';
import { networkTable } from '../network/table.ts';
import { isAutoAddress, type Subnet } from '../subnet/subnet.ts';
import { subnetTable } from '../subnet/table.ts';
import { type AddressingWorld, allocationKey } from './addressing.ts';
import type { FixedIpRequest, PortInput } from './definition.ts';
import { findFreeAddresses } from './free-addresses.ts';
import { type Port, routerInterfaceOwner } from './port.ts';
import { type GroupsWorld, readDefaultGroupId, readGroups } from './security-groups.ts';
import { addressScope, macScope, portTable } from './table.ts';

/** The facts that creating a port needs. */
export interface PortCreateWorld extends AddressingWorld, GroupsWorld {
  readonly network: Network | undefined;
  /** A MAC that the network doesn't have. Undefined when it has the one that the request names, or all. */
  readonly macAddress: Mac | undefined;
}

export async function readCreateWorld(
  reader: ScopedReader,
  input: PortInput,
  context: RuleContext,
): Promise<PortCreateWorld> {
  const network = await reader.find(networkTable, input.networkId);
  const addressing = network ? await readAddressing(reader, input.networkId, input.fixedIps, context) : noAddressing;
  return {
    ...addressing,
    network,
    macAddress: await findMac(reader, input.networkId, input.macAddress, context),
    groups: await readGroups(reader, input.securityGroupIds),
    defaultGroupId: await readDefaultGroupId(reader, context.projectId, input.securityGroupIds),
  };
}

const noAddressing: AddressingWorld = {
  subnets: [],
  elsewhere: new Set(),
  taken: new Set(),
  free: new Map<SubnetId, readonly Address[]>(),
};

/** The facts that changing a port needs. */
export interface PortUpdateWorld extends AddressingWorld, GroupsWorld {
  readonly network: Network | undefined;
  /** Whether another port of the network has the MAC that is asked for. */
  readonly isMacTaken: boolean;
}

export async function readUpdateWorld(
  reader: ScopedReader,
  port: Port,
  input: Partial<PortInput>,
  context: RuleContext,
): Promise<PortUpdateWorld> {
  const { macAddress } = input;
  const changesMac = macAddress !== undefined && macAddress !== port.macAddress;
  const changesAddresses = input.fixedIps !== undefined || changesMac;
  return {
    ...(changesAddresses ? await readAddressing(reader, port.networkId, input.fixedIps ?? [], context) : noAddressing),
    // An administrator may have made the port on a network that its owner does not see.
    network: await reader.unscoped.find(networkTable, port.networkId),
    groups: await readGroups(reader, input.securityGroupIds),
    defaultGroupId: undefined,
    isMacTaken: changesMac && (await reader.claimed(macScope(port.networkId), [macAddress])).length > 0,
  };
}

/** Ids of all ports of a network, which may be thousands. */
export async function readPortIdsOn(reader: Reader, networkId: NetworkId): Promise<readonly PortId[]> {
  return reader.listIds(portTable, { where: { kind: 'in', column: 'network_id', values: [networkId] } });
}

/** The ports by which routers are on a network, or are to be. */
export async function readRouterPortsOn(reader: Reader, networkId: NetworkId): Promise<readonly Port[]> {
  const where = {
    kind: 'all',
    of: [
      { kind: 'in', column: 'network_id', values: [networkId] },
      { kind: 'in', column: 'device_owner', values: [routerInterfaceOwner] },
    ],
  } as const;
  return reader.list(portTable, { where });
}

/** Reads the subnets and free addresses for a port on this network. */
export async function readAddressing(
  reader: ScopedReader,
  networkId: NetworkId,
  requests: readonly FixedIpRequest[] | undefined,
  context: RuleContext,
): Promise<AddressingWorld> {
  // Who may have a port on the network gets addresses on each of its subnets.
  const subnets = await reader.unscoped.list(subnetTable, {
    where: { kind: 'in', column: 'network_id', values: [networkId] },
    sort: [{ column: 'created_at', descending: false }],
  });
  return {
    subnets,
    elsewhere: await readElsewhere(reader, subnets, requests ?? []),
    taken: await readTaken(reader, subnets, requests ?? []),
    free: await readFree(reader, subnets, requests, context),
  };
}

async function readElsewhere(
  reader: ScopedReader,
  subnets: readonly Subnet[],
  requests: readonly FixedIpRequest[],
): Promise<ReadonlySet<SubnetId>> {
  const elsewhere = new Set<SubnetId>();
  for (const { subnetId } of requests) {
    if (!subnetId || subnets.some(({ id }) => id === subnetId)) continue;
    if (await reader.find(subnetTable, subnetId)) elsewhere.add(subnetId);
  }
  return elsewhere;
}

async function readTaken(
  reader: Reader,
  subnets: readonly Subnet[],
  requests: readonly FixedIpRequest[],
): Promise<ReadonlySet<string>> {
  const taken = new Set<string>();
  for (const subnet of subnets) {
    const named = requests.flatMap(({ ipAddress }) =>
      ipAddress && prefixContains(subnet.cidr, ipAddress) ? [addressClaimValue(ipAddress)] : [],
    );
    if (named.length === 0) continue;
    for (const claimed of await reader.claimed(addressScope(subnet.id), named))
      taken.add(allocationKey(subnet.id, addressOfClaimValue(claimed)));
  }
  return taken;
}

/** As many free addresses of each subnet as the request may need; those that it names may be among them. */
async function readFree(
  reader: Reader,
  subnets: readonly Subnet[],
  requests: readonly FixedIpRequest[] | undefined,
  context: RuleContext,
): Promise<AddressingWorld['free']> {
  const free = new Map<SubnetId, Awaited<ReturnType<typeof findFreeAddresses>>>();
  for (const subnet of subnets) {
    const wanted = requests ? requests.filter(({ subnetId }) => subnetId === subnet.id).length : 1;
    if (wanted === 0 || (isAutoAddress(subnet) && !requests)) continue;
    free.set(subnet.id, await findFreeAddresses(reader, subnet, requests ? requests.length : 1, context));
  }
  return free;
}

async function findMac(
  reader: Reader,
  networkId: NetworkId,
  wanted: Mac | undefined,
  context: RuleContext,
): Promise<Mac | undefined> {
  const scope = macScope(networkId);
  if (wanted) return (await reader.claimed(scope, [wanted])).length > 0 ? undefined : wanted;
  const drawnBits = 4n * BigInt(drawnDigits(context.settings));
  const claimValue = (value: bigint) => generatedMac(value, context.settings);
  const [free] = await findFreeValues(
    reader,
    { scope, ranges: [{ first: 0n, last: (1n << drawnBits) - 1n }], claimValue },
    1,
    context,
  );
  return free === undefined ? undefined : claimValue(free);
}

/** How many of the twelve hexadecimal digits the operator leaves open. */
function drawnDigits({ macPrefix }: ResourceSettings): number {
  return 12 - macPrefix.replaceAll(':', '').length;
}

function generatedMac(value: bigint, settings: ResourceSettings): Mac {
  const digits = settings.macPrefix.replaceAll(':', '') + value.toString(16).padStart(drawnDigits(settings), '0');
  const generated = parseMac(digits.replace(/..(?=.)/g, '$&:'));
  if (!generated) throw new Error(`macPrefix ${settings.macPrefix} is not the beginning of a MAC`);
  return generated;
}
