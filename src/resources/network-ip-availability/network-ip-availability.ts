import { err, ok } from '../../base/index.ts';
import { formatPrefix, prefixSize, rangeSize } from '../../ip/index.ts';
import {
  type Definition,
  type Filter,
  identityAttributes,
  invalidInput,
  type Json,
  type Reader,
  type ReadOnlyAttribute,
  type Related,
  shownFrom,
  type View,
} from '../../kit/index.ts';
import type { Network } from '../network/network.ts';
import { addressScope } from '../port/claims.ts';
import { type Subnet, subnetTable } from '../subnet/subnet.ts';

const subnetsName = 'subnet_ip_availability';

const subnetsAttribute = shownFrom<Network>(
  {
    name: subnetsName,
    schema: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          subnet_id: { type: 'string', format: 'uuid' },
          subnet_name: { type: 'string' },
          ip_version: { enum: [4, 6] },
          cidr: { type: 'string' },
          total_ips: { type: 'integer' },
          used_ips: { type: 'integer' },
        },
      },
    },
    none: [],
  },
  readSubnets,
);

/** The networks that have a subnet of the version. */
const withSubnets: Filter = (values) => {
  const wrong = values.find((value) => value !== '4' && value !== '6');
  if (wrong !== undefined) return err(invalidInput(`'${wrong}' is not an IP version`));
  const where = { kind: 'in', column: 'ip_version', values: values.map(Number) } as const;
  return ok({ kind: 'related', column: 'id', table: subnetTable, relatedColumn: 'network_id', where });
};

/** neutron-lib api/definitions/network_ip_availability.py */
export const networkIpAvailabilityDefinition: Definition<Network, object> = {
  name: 'network_ip_availability',
  collection: 'network_ip_availabilities',
  attributes: [
    {
      name: 'network_id',
      access: 'read-only',
      schema: { type: 'string', format: 'uuid' },
      column: 'id',
      read: ({ id }) => id,
    },
    { name: 'network_name', access: 'read-only', schema: { type: 'string' }, column: 'name', read: ({ name }) => name },
    ...identityAttributes<Network>().filter(({ name }) => name !== 'id'),
    total('total_ips'),
    total('used_ips'),
    subnetsAttribute,
  ],
  filters: { ip_version: withSubnets },
};

type Count = 'total_ips' | 'used_ips';

/** Of all subnets. With IPv6 it is beyond 2^53: it is shown digit by digit. */
function total(name: Count): ReadOnlyAttribute<Network> {
  return {
    name,
    access: 'read-only',
    schema: { type: 'integer' },
    read: ({ id }, view) => exactly(shownSubnets(id, view).reduce((sum, subnet) => sum + bigintOf(subnet[name]), 0n)),
  };
}

interface ShownSubnet {
  readonly [name: string]: Json;
  readonly total_ips: Json;
  readonly used_ips: Json;
}

function shownSubnets(id: string, { related }: View): readonly ShownSubnet[] {
  return (related.get(subnetsName)?.get(id) ?? []) as readonly ShownSubnet[];
}

async function readSubnets(networks: readonly Network[], reader: Reader): Promise<Related> {
  const subnets = await reader.list(subnetTable, {
    where: { kind: 'in', column: 'network_id', values: networks.map(({ id }) => id) },
    sort: [{ column: 'created_at', descending: false }],
  });
  const shown = new Map<string, ShownSubnet[]>();
  for (const subnet of subnets) {
    const used = await reader.countClaims(addressScope(subnet.id));
    shown.set(subnet.networkId, [...(shown.get(subnet.networkId) ?? []), show(subnet, used)]);
  }
  return shown;
}

function show(subnet: Subnet, used: number): ShownSubnet {
  const { id, name, ipVersion, cidr, allocationPools } = subnet;
  const pooled = allocationPools.reduce((sum, pool) => sum + rangeSize(pool), 0n);
  return {
    subnet_id: id,
    subnet_name: name,
    ip_version: ipVersion,
    cidr: formatPrefix(cidr),
    total_ips: exactly(allocationPools.length > 0 ? pooled : prefixSize(cidr)),
    used_ips: used,
  };
}

/** A whole number of any size, as JSON writes it. */
function exactly(value: bigint): Json {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : JSON.rawJSON(String(value));
}

function bigintOf(shown: Json): bigint {
  return JSON.isRawJSON(shown) ? BigInt(shown.rawJSON) : BigInt(Number(shown));
}
