/** One use case in the analysis of 2015: OPNFV's "IPv6 Gap Analysis with OpenStack Kilo". */
export interface KiloVerdict {
  /** The use case in the words of that document, a paragraph or a list item each. */
  readonly useCase: readonly string[];
  /** One answer, or one for each item of the list. */
  readonly supported: readonly KiloAnswer[];
}

/** The answers that the document of 2015 gives. */
export type KiloAnswer = 'Yes' | 'No' | 'Rejected' | 'Roadmap';

/** Undefined for rows that the document doesn't have. */
export function findKiloVerdict(id: string): KiloVerdict | undefined {
  return kilo[id];
}

/** `Yes`, or `1. Yes, 2. No` where the document answers the items of a list each in its way. */
export function describeKilo({ supported }: KiloVerdict): string {
  const [first = 'No'] = supported;
  if (supported.every((answer) => answer === first)) return first;
  return supported.map((answer, index) => `${index + 1}. ${answer}`).join(', ');
}

const kilo: Readonly<Record<string, KiloVerdict>> = {
  1: { useCase: ['All topologies work in a multi-tenant environment'], supported: ['Yes'] },
  2: { useCase: ['IPv6 VM to VM only'], supported: ['Yes'] },
  3: { useCase: ['IPv6 external L2 VLAN directly attached to a VM'], supported: ['Yes'] },
  4: {
    useCase: [
      'IPv6 subnet routed via L3 agent to an external IPv6 network',
      '1. Both VLAN and overlay (e.g. GRE, VXLAN) subnet attached to VMs;',
      '2. Must be able to support multiple L3 agents for a given external network to support scaling (neutron scheduler to assign vRouters to the L3 agents)',
    ],
    supported: ['Yes', 'Yes'],
  },
  5: {
    useCase: [
      'Ability for a NIC to support both IPv4 and IPv6 (dual stack) address.',
      '1. VM with a single interface associated with a network, which is then associated with two subnets.',
      '2. VM with two different interfaces associated with two different networks and two different subnets.',
    ],
    supported: ['Yes', 'Yes'],
  },
  6: {
    useCase: ['Support IPv6 Address assignment modes.', '1. SLAAC', '2. DHCPv6 Stateless', '3. DHCPv6 Stateful'],
    supported: ['Yes', 'Yes', 'Yes'],
  },
  7: {
    useCase: [
      'Ability to create a port on an IPv6 DHCPv6 Stateful subnet and assign a specific IPv6 address to the port and have it taken out of the DHCP address pool.',
    ],
    supported: ['Yes'],
  },
  8: { useCase: ['Ability to create a port with fixed_ip for a SLAAC/DHCPv6-Stateless Subnet.'], supported: ['No'] },
  9: {
    useCase: [
      'Support for private IPv6 to external IPv6 floating IP; Ability to specify floating IPs via Neutron API (REST and CLI) as well as via Horizon, including combination of IPv6/IPv4 and IPv4/IPv6 floating IPs if implemented.',
    ],
    supported: ['Rejected'],
  },
  10: {
    useCase: ['Provide IPv6/IPv4 feature parity in support for pass-through capabilities (e.g., SR-IOV).'],
    supported: ['Roadmap'],
  },
  11: {
    useCase: ['Additional IPv6 extensions, for example: IPSEC, IPv6 Anycast, Multicast'],
    supported: ['No'],
  },
  12: {
    useCase: [
      'VM access to the meta-data server to obtain user data, SSH keys, etc. using cloud-init with IPv6 only interfaces.',
    ],
    supported: ['No'],
  },
  13: {
    useCase: [
      'Full support for IPv6 matching (i.e., IPv6, ICMPv6, TCP, UDP) in security groups. Ability to control and manage all IPv6 security group capabilities via Neutron/Nova API (REST and CLI) as well as via Horizon.',
    ],
    supported: ['Yes'],
  },
  14: {
    useCase: [
      'During network/subnet/router create, there should be an option to allow user to specify the type of address management they would like. This includes all options including those low priority if implemented (e.g., toggle on/off router and address prefix advertisements); It must be supported via Neutron API (REST and CLI) as well as via Horizon',
    ],
    supported: ['Yes'],
  },
  15: {
    useCase: [
      'Security groups anti-spoofing: Prevent VM from using a source IPv6/MAC address which is not assigned to the VM',
    ],
    supported: ['Yes'],
  },
  16: { useCase: ['Protect tenant and provider network from rogue RAs'], supported: ['Yes'] },
  17: {
    useCase: [
      'Support the ability to assign multiple IPv6 addresses to an interface; both for Neutron router interfaces and VM interfaces.',
    ],
    supported: ['Yes'],
  },
  18: {
    useCase: [
      'Ability for a VM to support a mix of multiple IPv4 and IPv6 networks, including multiples of the same type.',
    ],
    supported: ['Yes'],
  },
  19: { useCase: ['Support for IPv6 Prefix Delegation.'], supported: ['Roadmap'] },
  20: { useCase: ['Distributed Virtual Routing (DVR) support for IPv6'], supported: ['No'] },
  21: { useCase: ['IPv6 First-Hop Security, IPv6 ND spoofing'], supported: ['Roadmap'] },
};
