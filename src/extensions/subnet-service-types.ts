import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/subnet_service_types.py */
export const subnetServiceTypes: Extension = {
  alias: 'subnet-service-types',
  name: 'Subnet service types',
  description: 'Provides ability to set the subnet service_types field',
  updated: '2016-03-15T18:00:00-00:00',
};
