import type { SecurityGroup } from '../../resources/index.ts';
import { filteredPortsKey, filteredPortsKind, filteredPortsUuid } from '../kinds/filtered-ports.ts';
import { securityGroupKind } from '../kinds/security-group.ts';
import { filteredPortsName, portGroupName } from '../names.ts';
import { type DesiredRow, labels, madeFrom, ownsExternalId, type Translation } from '../translation.ts';

/** ovn-nb(5) Port_Group: one for each security group, and one of all ports that are filtered. Ports are their members. */
export const portGroup: Translation<'Port_Group'> = {
  table: 'Port_Group',
  ownsKey: { external_ids: ownsExternalId },
  sources: [
    madeFrom(filteredPortsKind, () => [filteredPortsRow]),
    madeFrom(securityGroupKind, ({ group }) => [rowOf(group)]),
  ],
};

const filteredPortsRow: DesiredRow<'Port_Group'> = {
  uuid: filteredPortsUuid,
  revision: 0,
  columns: { name: filteredPortsName, external_ids: labels(filteredPortsKey, 0) },
};

function rowOf({ id, revision }: SecurityGroup): DesiredRow<'Port_Group'> {
  return {
    uuid: id,
    revision,
    columns: {
      name: portGroupName(id),
      external_ids: { ...labels({ kind: 'security-group', id }, revision), 'neutron:security_group_id': id },
    },
  };
}
