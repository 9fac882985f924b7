import { attributeTypes } from '../kit/index.ts';
import { networkResource, portResource } from '../resources/index.ts';
import { attributesOf, type Extension } from './extension.ts';

const { boolean, orAbsent } = attributeTypes;

/** neutron-lib api/definitions/port_security.py */
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
    attributesOf(portResource, [
      {
        name: 'port_security_enabled',
        access: 'create-and-update',
        field: 'portSecurityEnabled',
        type: orAbsent(boolean),
        default: { value: undefined },
        writableBy: 'parent-owner',
        column: 'port_security_enabled',
        read: ({ portSecurityEnabled }) => portSecurityEnabled,
      },
    ]),
  ],
};
