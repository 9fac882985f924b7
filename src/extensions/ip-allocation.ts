import { portResource } from '../resources/index.ts';
import { attributesOf, type Extension } from './extension.ts';

/** neutron-lib api/definitions/ip_allocation.py */
export const ipAllocation: Extension = {
  alias: 'ip_allocation',
  name: 'IP Allocation',
  description: 'IP allocation extension.',
  updated: '2016-06-10T23:00:00-00:00',
  adds: [
    attributesOf(portResource, [
      {
        name: 'ip_allocation',
        access: 'read-only',
        schema: { enum: ['immediate', 'none'] },
        column: 'ip_allocation',
        read: (port) => port.ipAllocation,
      },
    ]),
  ],
};
