import { err, ok } from '../../base/index.ts';
import { type Address, formatAddress } from '../../ip/index.ts';
import {
  type AttributeType,
  attributeTypes,
  invalidAttribute,
  jsonText,
  type KeptType,
  storedAddress,
} from '../../kit/index.ts';
import type { SubnetId } from '../ids.ts';

const { address, list, openObject, shownSchema, uuid } = attributeTypes;

/** An address that a port has, and the subnet it is from. */
export interface FixedIp {
  readonly subnetId: SubnetId;
  readonly ipAddress: Address;
}

/** One of the addresses that a client asks for: this one, any one of a subnet, or this one on that subnet. */
export interface FixedIpRequest {
  readonly subnetId?: SubnetId;
  readonly ipAddress?: Address;
}

const requestList = list(
  openObject({ subnet_id: uuid<SubnetId>('subnet'), ip_address: address }, ['subnet_id', 'ip_address']),
);

/** neutron-lib `validate_fixed_ips`: a list, no address twice. Undefined: one of each family, besides those that follow from the MAC. */
export const fixedIpRequests: AttributeType<readonly FixedIpRequest[] | undefined> = {
  schema: requestList.schema,
  parse(value) {
    if (value === null) return err(invalidAttribute("'null' is not a list"));
    const parsed = requestList.parse(value);
    if (!parsed.ok) return parsed;
    const named = list(address, formatAddress).parse(namedAddresses(value));
    if (!named.ok) return err(named.error);
    return ok(
      parsed.value.map(({ subnet_id: subnetId, ip_address: ipAddress }) => ({
        ...(subnetId && { subnetId }),
        ...(ipAddress && { ipAddress }),
      })),
    );
  },
};

function namedAddresses(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((item) => item.ip_address).filter((named) => named !== undefined);
}

/** Rows hold `[["<subnet id>","<address>"],...]`. */
export const fixedIpList: KeptType<readonly FixedIp[]> = {
  schema: shownSchema(requestList),
  show: (fixedIps) =>
    fixedIps.map(({ subnetId, ipAddress }) => ({ subnet_id: subnetId, ip_address: formatAddress(ipAddress) })),
  column: { kind: 'text' },
  toColumn: (fixedIps) => jsonText(fixedIps.map(({ subnetId, ipAddress }) => [subnetId, formatAddress(ipAddress)])),
  fromColumn(value) {
    const kept = JSON.parse(String(value)) as readonly (readonly [SubnetId, string])[];
    return kept.map(([subnetId, ipAddress]) => ({ subnetId, ipAddress: storedAddress(ipAddress) }));
  },
};

/** IPv4 first, then by number: the order in which Neutron's clients are used to find them. */
export function sortFixedIps(fixedIps: readonly FixedIp[]): readonly FixedIp[] {
  return fixedIps.toSorted(
    ({ ipAddress: a }, { ipAddress: b }) => a.family - b.family || (a.value < b.value ? -1 : a.value > b.value ? 1 : 0),
  );
}
