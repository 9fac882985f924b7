import { attributeTypes } from '../kit/index.ts';
import { networkResource } from '../resources/index.ts';
import { attributesOf, type Extension } from './extension.ts';

const { boolean } = attributeTypes;

/** neutron-lib api/definitions/port_security.py; a port's own is one of its aspects */
export const portSecurity: Extension = {
  alias: 'port-security',
  name: 'Port Security',
  description: 'Provides port security',
  updated: '2012-07-23T10:00:00-00:00',
  adds: [
    attributesOf(networkResource, [
      {
        name: 'port_security_enabled',
        access: 'create-and-update',
        field: 'portSecurityEnabled',
        type: boolean,
        default: { value: true },
        column: 'port_security_enabled',
        read: ({ portSecurityEnabled }) => portSecurityEnabled,
      },
    ]),
  ],
};
