import { attributeTypes } from '../kit/index.ts';
import { type AddressGroupId, securityGroupRuleResource } from '../resources/index.ts';
import { attributesOf, type Extension } from './extension.ts';

const { nullable, uuid } = attributeTypes;

/** neutron-lib api/definitions/security_groups_remote_address_group.py */
export const securityGroupsRemoteAddressGroup: Extension = {
  alias: 'security-groups-remote-address-group',
  name: 'Remote address group id field for security group rules',
  description: 'Add new field of remote address group id in SG rules',
  updated: '2020-08-25T10:00:00-00:00',
  adds: [
    attributesOf(securityGroupRuleResource, [
      {
        name: 'remote_address_group_id',
        access: 'create',
        field: 'remoteAddressGroupId',
        type: nullable(uuid<AddressGroupId>('address_group')),
        default: { value: undefined },
        column: 'remote_address_group_id',
        holds: true,
        read: ({ remoteAddressGroupId }) => remoteAddressGroupId ?? null,
      },
    ]),
  ],
};
