import { attributeTypes } from '../kit/index.ts';
import { portResource, type SecurityGroupId } from '../resources/index.ts';
import { attributesOf, type Extension } from './extension.ts';

const { list, orAbsent, orNull, uuid } = attributeTypes;

const groupIds = list(uuid<SecurityGroupId>('security_group'), (id) => id);

/** neutron extensions/securitygroup.py; groups and rules are resources of their own */
export const securityGroup: Extension = {
  alias: 'security-group',
  name: 'security-group',
  description: 'The security groups extension.',
  updated: '2012-10-05T10:00:00-00:00',
  adds: [
    attributesOf(portResource, [
      {
        name: 'security_groups',
        access: 'create-and-update',
        field: 'securityGroupIds',
        type: orAbsent(orNull(groupIds, [])),
        default: { value: undefined },
        read: ({ securityGroupIds }) => securityGroupIds,
      },
    ]),
  ],
};
