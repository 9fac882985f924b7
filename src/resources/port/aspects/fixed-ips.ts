import { err, ok, type Result } from '../../../base/index.ts';
import { formatAddress, type Mac, parseAddress, prefixContains } from '../../../ip/index.ts';
import {
  type Aspect,
  addressClaimValue,
  addressOfClaimValue,
  changeable,
  type Drafted,
  type Filter,
  fieldTypes,
  invalidInput,
  type Predicate,
  type Problem,
  type Reader,
  type RuleContext,
  readOnly,
  type ScopedReader,
} from '../../../kit/index.ts';
import type { NetworkId, SubnetId } from '../../ids.ts';
import { isAutoAddress, type Subnet, subnetTable } from '../../subnet/subnet.ts';
import { type AddressingWorld, allocationKey, chooseFixedIps } from '../addressing.ts';
import { addressScope, withAddress } from '../claims.ts';
import { type FixedIp, type FixedIpRequest, fixedIpList, fixedIpRequests } from '../fixed-ip.ts';
import { findFreeAddresses } from '../free-addresses.ts';
import { isRouterPort } from '../owner.ts';
import { addressInUse } from '../refusals.ts';
import { changesMac } from './mac-address.ts';

const fields = {
  fixedIps: changeable(fixedIpList, {
    given: fixedIpRequests,
    default: undefined,
    writableBy: 'parent-owner',
    // On a shared network other projects may choose the subnet, not the address.
    restricts: (requests) => requests?.some(({ ipAddress }) => ipAddress !== undefined) === true,
    isUnfiltered: true,
  }),
  ipAllocation: readOnly(fieldTypes.word('immediate', 'none')),
};

interface Draft {
  readonly networkId: NetworkId;
  readonly deviceOwner: string;
  readonly macAddress: Mac;
}

type Values = { readonly fixedIps: readonly FixedIp[]; readonly ipAllocation: 'immediate' | 'none' };
type Given = { readonly fixedIps: readonly FixedIpRequest[] | undefined };

/** The addresses of a port, chosen by the client, by the pools, or by its MAC (neutron db/ipam_pluggable_backend.py). */
export const fixedIps: Aspect<typeof fields, Draft, AddressingWorld> = {
  extension: {
    alias: 'ip_allocation',
    name: 'IP Allocation',
    description: 'IP allocation extension.',
    updated: '2016-06-10T23:00:00-00:00',
  },
  fields,
  filters: { fixed_ips: filterFixedIps },
  async read({ before, input }, reader, context) {
    const networkId = before?.networkId ?? input.networkId;
    const isAsked = input.fixedIps !== undefined || changesMac({ before, input });
    if (!isAsked || networkId === undefined) return noAddressing;
    return readAddressing(reader, networkId, before ? (input.fixedIps ?? []) : input.fixedIps, context);
  },
  decide(drafted, world, context) {
    const { before, input } = drafted;
    const chosen = before
      ? readdress({ ...drafted, before }, world, context)
      : choose(drafted, input.fixedIps, world, context);
    if (!chosen.ok) return chosen;
    const isNone = input.fixedIps?.length === 0;
    return ok({ fixedIps: chosen.value, ipAllocation: before?.ipAllocation ?? (isNone ? 'none' : 'immediate') });
  },
  claims: (port) =>
    port.fixedIps.map(({ subnetId, ipAddress }) => ({
      scope: addressScope(subnetId),
      value: addressClaimValue(ipAddress),
    })),
  taken({ scope, value }) {
    const [kind, subnetId = ''] = scope.split(':', 2);
    if (kind !== 'subnet') return undefined;
    return addressInUse({ subnetId, ipAddress: formatAddress(addressOfClaimValue(value)) });
  },
};

type Request = Drafted<Draft & Values, Given, Draft>;
type Choice = Result<readonly FixedIp[], Problem>;

/** New addresses if any were asked for, or if those that follow from the MAC must change with it. */
function readdress(
  request: Request & { readonly before: Draft & Values },
  world: AddressingWorld,
  context: RuleContext,
): Choice {
  const { before, draft, input } = request;
  if (input.fixedIps === undefined && draft.macAddress === before.macAddress) return ok(before.fixedIps);
  const derived = new Set<string>(world.subnets.filter(isAutoAddress).map(({ id }) => id));
  const kept = before.fixedIps.filter(({ subnetId }) => isRouterPort(before) || !derived.has(subnetId));
  return choose(request, input.fixedIps ?? kept, world, context);
}

function choose(
  { before, draft }: Request,
  requests: readonly FixedIpRequest[] | undefined,
  world: AddressingWorld,
  { settings }: RuleContext,
): Choice {
  const { networkId, deviceOwner, macAddress } = draft;
  const current = before?.fixedIps ?? [];
  const maxFixedIps = settings.maxFixedIpsPerPort;
  return chooseFixedIps({ networkId, macAddress, deviceOwner, requests, current, maxFixedIps }, world);
}

const noAddressing: AddressingWorld = { subnets: [], elsewhere: new Set(), taken: new Set(), free: new Map() };
/** Reads the subnets and free addresses for a port on this network. */
async function readAddressing(
  reader: ScopedReader,
  networkId: NetworkId,
  requests: readonly FixedIpRequest[] | undefined,
  context: RuleContext,
): Promise<AddressingWorld> {
  // A caller that may have a port on the network gets addresses on each of its subnets.
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

/** `fixed_ips=ip_address=2001:db8::5`, `fixed_ips=ip_address_substr=db8::`, `fixed_ips=subnet_id=<id>`; all must hold. */
function filterFixedIps(values: readonly string[]): ReturnType<Filter> {
  const malformed = values.find((value) => !/^(ip_address|subnet_id|ip_address_substr)=/.test(value));
  if (malformed !== undefined) return err(invalidInput(`'${malformed}' is not of the form <key>=[value]`));
  const byKind = Map.groupBy(values, (value) => value.slice(0, value.indexOf('=')));
  const wanted = (kind: string) => byKind.get(kind)?.map((value) => value.slice(kind.length + 1));
  const all: Predicate[] = [];
  const addresses = wanted('ip_address');
  if (addresses) all.push(withAddress(addresses.map(parseAddress).filter(isPresent).map(addressClaimValue)));
  const subnetIds = wanted('subnet_id');
  if (subnetIds) all.push(anyOf(subnetIds.map((id) => ({ text: `["${id}",` }))));
  const parts = wanted('ip_address_substr');
  if (parts) all.push(anyOf(parts.map((part) => ({ text: part.toLowerCase(), part: addressPart }))));
  return ok({ kind: 'all', of: all });
}

/** Of `[["<subnet id>","<address>"],...]`. */
const addressPart = 1;

function anyOf(texts: readonly { readonly text: string; readonly part?: number }[]): Predicate {
  return { kind: 'any', of: texts.map((each) => ({ kind: 'contains', column: 'fixed_ips', ...each })) };
}

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}
