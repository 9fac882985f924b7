import { err, ok } from '../../base/index.ts';
import { type Address, formatAddress, type Mac, type Prefix, parseAddress, parseMac } from '../../ip/index.ts';
import {
  type AttributeType,
  addressClaimValue,
  adminStateUpAttribute,
  attributeTypes,
  type Definition,
  type Filter,
  identityAttributes,
  invalidInput,
  nameAttribute,
  type Predicate,
} from '../../kit/index.ts';
import type { NetworkId, SecurityGroupId, SubnetId } from '../ids.ts';
import type { Port, VnicType } from './port.ts';
import { inSecurityGroup } from './table.ts';

const { address, list, mac, object, orChosen, shownSchema, text, uuid } = attributeTypes;

/** One of the addresses that a client asks for: this one, any one of a subnet, or this one on that subnet. */
export interface FixedIpRequest {
  readonly subnetId?: SubnetId;
  readonly ipAddress?: Address;
}

export interface AddressPairRequest {
  readonly ipAddress: Prefix;
  /** Undefined: the port's own. */
  readonly macAddress: Mac | undefined;
}

/** A request about a port, as rules take it. */
export interface PortInput {
  readonly networkId: NetworkId;
  readonly name: string;
  readonly description: string;
  readonly adminStateUp: boolean;
  /** Undefined: one is generated. */
  readonly macAddress: Mac | undefined;
  /** Undefined: one of each family, besides those that follow from the MAC. */
  readonly fixedIps: readonly FixedIpRequest[] | undefined;
  readonly deviceId: string;
  readonly deviceOwner: string;
  readonly allowedAddressPairs: readonly AddressPairRequest[];
  /** Undefined: as the network says. */
  readonly portSecurityEnabled: boolean | undefined;
  /** Undefined: the project's default group. */
  readonly securityGroupIds: readonly SecurityGroupId[] | undefined;
  readonly hostId: string;
  readonly vnicType: VnicType;
  readonly profile: Readonly<Record<string, unknown>>;
}

const fixedIp = object({ subnet_id: uuid<SubnetId>('subnet'), ip_address: address }, ['subnet_id', 'ip_address']);
const fixedIpList = list(fixedIp);

/** neutron-lib `_validate_fixed_ips`: no address twice. */
const fixedIps: AttributeType<readonly FixedIpRequest[] | undefined> = {
  schema: fixedIpList.schema,
  shown: shownSchema(fixedIpList),
  parse(value) {
    const parsed = fixedIpList.parse(value);
    if (!parsed.ok) return parsed;
    const named = list(address, formatAddress).parse(namedAddresses(value));
    if (!named.ok) return named;
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

/** neutron-lib api/definitions/port.py */
export const portDefinition: Definition<Port, PortInput> = {
  name: 'port',
  collection: 'ports',
  attributes: [
    ...identityAttributes<Port>(),
    {
      name: 'network_id',
      access: 'create',
      field: 'networkId',
      type: uuid<NetworkId>('network'),
      default: 'required',
      parentOf: ({ networkId }) => networkId,
      column: 'network_id',
      read: ({ networkId }) => networkId,
    },
    nameAttribute,
    adminStateUpAttribute,
    {
      name: 'status',
      access: 'read-only',
      schema: { enum: ['ACTIVE', 'DOWN', 'BUILD', 'ERROR'] },
      column: 'status',
      read: ({ status }) => status,
    },
    {
      name: 'mac_address',
      access: 'create-and-update',
      field: 'macAddress',
      type: orChosen(mac),
      default: { value: undefined },
      writableBy: 'parent-owner',
      column: 'mac_address',
      canonical: (value) => parseMac(value) ?? value,
      read: ({ macAddress }) => macAddress,
    },
    {
      name: 'fixed_ips',
      access: 'create-and-update',
      field: 'fixedIps',
      type: fixedIps,
      default: { value: undefined },
      writableBy: 'parent-owner',
      // On a shared network other projects may choose the subnet, not the address.
      restricts: (requests) => requests?.some(({ ipAddress }) => ipAddress !== undefined) === true,
      read: (port) =>
        port.fixedIps.map(({ subnetId, ipAddress }) => ({ subnet_id: subnetId, ip_address: formatAddress(ipAddress) })),
    },
    {
      name: 'device_id',
      access: 'create-and-update',
      field: 'deviceId',
      type: text(255),
      default: { value: '' },
      column: 'device_id',
      read: ({ deviceId }) => deviceId,
    },
    {
      name: 'device_owner',
      access: 'create-and-update',
      field: 'deviceOwner',
      type: text(255),
      default: { value: '' },
      writableBy: 'parent-owner',
      // Ports that serve the network, such as DHCP's, are trusted there.
      restricts: (owner) => owner.startsWith('network:'),
      column: 'device_owner',
      read: ({ deviceOwner }) => deviceOwner,
    },
  ],
  filters: { fixed_ips: filterFixedIps, security_groups: filterSecurityGroups },
};

/** `fixed_ips=ip_address=2001:db8::5`, `fixed_ips=ip_address_substr=db8::`, `fixed_ips=subnet_id=<id>`; all must hold. */
function filterFixedIps(values: readonly string[]): ReturnType<Filter> {
  const malformed = values.find((value) => !/^(ip_address|subnet_id|ip_address_substr)=/.test(value));
  if (malformed !== undefined)
    return err(invalidInput(`Invalid input for fixed_ips. Reason: '${malformed}' is not of the form <key>=[value].`));
  const byKind = Map.groupBy(values, (value) => value.slice(0, value.indexOf('=')));
  const wanted = (kind: string) => byKind.get(kind)?.map((value) => value.slice(kind.length + 1));
  const all: Predicate[] = [];
  const addresses = wanted('ip_address');
  if (addresses)
    all.push({ kind: 'claims', values: addresses.map(parseAddress).filter(isPresent).map(addressClaimValue) });
  const subnetIds = wanted('subnet_id');
  if (subnetIds) all.push(anyOf(subnetIds.map((id) => `["${id}",`)));
  const parts = wanted('ip_address_substr');
  if (parts) all.push(anyOf(parts.map((part) => part.replaceAll('"', ''))));
  return ok({ kind: 'all', of: all });
}

/** `security_groups=<id>`: the ports in any of these groups (neutron-lib security_groups_port_filtering.py). */
function filterSecurityGroups(values: readonly string[]): ReturnType<Filter> {
  return ok({ kind: 'any', of: values.map((id) => inSecurityGroup(id as SecurityGroupId)) });
}

/** Rows hold `[["<subnet id>","<address>"],...]`. */
function anyOf(texts: readonly string[]): Predicate {
  return { kind: 'any', of: texts.map((text) => ({ kind: 'contains', column: 'fixed_ips', text })) };
}

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}
