import {
  type Composed,
  completed,
  compose,
  type Definition,
  declare,
  type EntityOf,
  type InputOf,
  type Table,
} from '../../kit/index.ts';
import type { PortId } from '../ids.ts';
import type { PolicyChoice } from '../qos-policy/choice.ts';
import type { AddressingWorld } from './addressing.ts';
import { addressPairs, type PairsWorld } from './aspects/address-pairs.ts';
import { basics, type NetworkWorld } from './aspects/basics.ts';
import { type BindingWorld, binding } from './aspects/binding.ts';
import { dataPlaneStatus } from './aspects/data-plane-status.ts';
import { device } from './aspects/device.ts';
import { deviceProfile } from './aspects/device-profile.ts';
import { dns } from './aspects/dns.ts';
import { extraDhcpOptions } from './aspects/extra-dhcp-options.ts';
import { fixedIps } from './aspects/fixed-ips.ts';
import { type MacWorld, macAddress } from './aspects/mac-address.ts';
import { numaAffinity } from './aspects/numa-affinity.ts';
import { portSecurity } from './aspects/port-security.ts';
import { qosPolicy } from './aspects/qos-policy.ts';
import { type GroupsWorld, securityGroups } from './aspects/security-groups.ts';
import { trunkParent } from './aspects/trunk-parent.ts';
import { uplinkStatus } from './aspects/uplink-status.ts';
import { bindingAnchor, declaredAddresses } from './bindings.ts';

/** THE list of what a port is made of. Each is decided after those that it must know of. */
const aspects = [
  basics,
  device,
  binding,
  macAddress,
  portSecurity,
  addressPairs,
  fixedIps,
  securityGroups,
  numaAffinity,
  qosPolicy,
  dataPlaneStatus,
  uplinkStatus,
  deviceProfile,
  dns,
  trunkParent,
  extraDhcpOptions,
];

const fields = {
  ...basics.fields,
  ...device.fields,
  ...binding.fields,
  ...macAddress.fields,
  ...portSecurity.fields,
  ...addressPairs.fields,
  ...fixedIps.fields,
  ...securityGroups.fields,
  ...numaAffinity.fields,
  ...qosPolicy.fields,
  ...dataPlaneStatus.fields,
  ...uplinkStatus.fields,
  ...deviceProfile.fields,
  ...dns.fields,
  ...trunkParent.fields,
  ...extraDhcpOptions.fields,
};

/** A port: a guest's or a router's place on a network, with all its attributes as they are stored. */
export type Port = EntityOf<typeof fields, PortId>;

/** A request about a port, as rules take it. */
export type PortInput = InputOf<typeof fields>;

/** A request with what it does not say, as a client's has it. */
export function portInput(given: Partial<PortInput>): PortInput {
  return { description: '', ...completed(fields, given) };
}

/** The facts that a port's rules need. */
export type PortWorld = NetworkWorld &
  MacWorld &
  PairsWorld &
  AddressingWorld &
  GroupsWorld &
  BindingWorld &
  PolicyChoice;

/** The port's attributes, put together from the aspects, each of which reads, decides and marks for its own ones. */
export const portAspects: Composed<Port, PortInput, PortWorld> = compose(aspects);

const declared = declare<typeof fields, PortId>({ name: 'port', collection: 'ports', isCounted: true }, fields);

/** How ports are stored. The aspects claim what must be unique: addresses on a subnet, the MAC on a network. */
export const portTable: Table<Port> = {
  ...declared.table,
  claims: portAspects.claims,
  taken: portAspects.taken,
  declares: declaredAddresses,
  bindingAnchor,
};

/** neutron-lib api/definitions/port.py, and those of the aspects. */
export const portDefinition: Definition<Port, PortInput> = {
  ...declared.definition,
  attributes: [...declared.definition.attributes, ...portAspects.shows],
  filters: portAspects.filters,
};
