import type { ExtensionInfo } from '../../kit/index.ts';

/** What pools are told as: they came to Neutron piece by piece (neutron extensions/, neutron-lib api/definitions/). */
export const subnetpoolExtensions: readonly ExtensionInfo[] = [
  {
    alias: 'subnet_allocation',
    name: 'Subnet Allocation',
    description: 'Enables allocation of subnets from a subnet pool',
    updated: '2015-03-30T10:00:00-00:00',
  },
  {
    alias: 'default-subnetpools',
    name: 'Default Subnetpools',
    description: 'Provides ability to mark and use a subnetpool as the default.',
    updated: '2016-02-18T18:00:00-00:00',
  },
  {
    alias: 'subnetpool-prefix-ops',
    name: 'Subnet Pool Prefix Operations',
    description: 'Provides support for adjusting the prefix list of subnet pools',
    updated: '2019-02-08T10:00:00-00:00',
  },
  {
    alias: 'subnet_onboard',
    name: 'Subnet Onboard',
    description: 'Provides support for onboarding subnets into subnet pools',
    updated: '2018-12-18T09:00:00-00:00',
  },
  {
    alias: 'rbac-subnetpool',
    name: 'Add subnetpool type to RBAC',
    description: 'Add subnetpool type to RBAC',
    updated: '2020-02-05T00:00:00-00:00',
  },
];
