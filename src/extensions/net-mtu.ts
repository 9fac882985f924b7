import { attributeTypes } from '../kit/index.ts';
import { networkResource } from '../resources/index.ts';
import { attributesOf, type Extension } from './extension.ts';

const { integer, orAbsent } = attributeTypes;

/** neutron-lib api/definitions/network_mtu.py */
export const netMtu: Extension = {
  alias: 'net-mtu',
  name: 'Network MTU',
  description: 'Provides MTU attribute for a network resource.',
  updated: '2015-03-25T10:00:00-00:00',
  adds: [
    attributesOf(networkResource, [
      {
        name: 'mtu',
        access: 'create-and-update',
        field: 'mtuBytes',
        type: orAbsent(integer(0, 65_535)),
        default: { value: undefined },
        column: 'mtu_bytes',
        read: ({ mtuBytes }) => mtuBytes,
      },
    ]),
  ],
};
