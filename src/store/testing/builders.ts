import { newUuid } from '../../base/index.ts';
import { parseAddress, parseMac, parsePrefix } from '../../ip/index.ts';
import type { Network, NetworkId, Port, PortId, ProjectId, Standard, Subnet, SubnetId } from '../../resources/index.ts';

const standard: Standard = {
  projectId: 'blue' as ProjectId,
  description: '',
  tags: [],
  revision: 1,
  createdAt: '2026-11-21T20:00:00Z',
  updatedAt: '2026-11-21T20:00:00Z',
};

let made = 0;

/** A different number each time, for what has to be unique. */
function next(): number {
  made += 1;
  return made;
}

export function aNetwork(differences: Partial<Network> = {}): Network {
  return {
    ...standard,
    id: newUuid() as NetworkId,
    name: 'net',
    adminStateUp: true,
    shared: false,
    status: 'ACTIVE',
    mtuBytes: 1442,
    portSecurityEnabled: true,
    networkType: 'geneve',
    segmentationId: next(),
    ...differences,
  };
}

export function aSubnet(differences: Partial<Subnet> = {}): Subnet {
  return {
    ...standard,
    id: newUuid() as SubnetId,
    networkId: newUuid() as NetworkId,
    name: 'subnet',
    ipVersion: 6,
    cidr: known(parsePrefix('2001:db8:1::/64')),
    gatewayIp: known(parseAddress('2001:db8:1::1')),
    enableDhcp: true,
    ipv6RaMode: 'slaac',
    ipv6AddressMode: 'slaac',
    allocationPools: [{ first: known(parseAddress('2001:db8:1::2')), last: known(parseAddress('2001:db8:1::ffff')) }],
    dnsNameservers: [known(parseAddress('2001:db8::53'))],
    hostRoutes: [],
    serviceTypes: [],
    ...differences,
  };
}

export function aPort(differences: Partial<Port> = {}): Port {
  return {
    ...standard,
    id: newUuid() as PortId,
    networkId: newUuid() as NetworkId,
    name: 'port',
    macAddress: known(
      parseMac(
        `fa:16:3e:${next()
          .toString(16)
          .padStart(6, '0')
          .replace(/(..)(..)(..)/, '$1:$2:$3')}`,
      ),
    ),
    adminStateUp: true,
    status: 'DOWN',
    deviceId: '',
    deviceOwner: '',
    fixedIps: [],
    allowedAddressPairs: [],
    portSecurityEnabled: true,
    binding: { hostId: '', vnicType: 'normal', profile: {} },
    ipAllocation: 'immediate',
    ...differences,
  };
}

/** An address in a subnet's own form, for fixed IPs. */
export function address(text: string) {
  return known(parseAddress(text));
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a fixture does not parse');
  return value;
}
