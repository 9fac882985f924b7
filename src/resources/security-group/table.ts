import { flag, fromFlag, standardColumns, standardFromRow, standardToRow, type Table, text } from '../../kit/index.ts';
import type { SecurityGroupId } from '../ids.ts';
import type { SecurityGroup } from './security-group.ts';

/** Scope of the claims on being a project's default group; the value is the project's id. */
export const defaultGroupScope = 'default-security-group';

export const securityGroupTable: Table<SecurityGroup> = {
  name: 'security_groups',
  columns: {
    ...standardColumns,
    name: { kind: 'text' },
    stateful: { kind: 'integer' },
    shared: { kind: 'integer' },
    is_default: { kind: 'integer' },
  },
  toRow: (group) => ({
    ...standardToRow(group),
    name: group.name,
    stateful: fromFlag(group.stateful),
    shared: fromFlag(group.shared),
    is_default: fromFlag(group.isDefault),
  }),
  fromRow: (row) => ({
    ...standardFromRow(row),
    id: text(row, 'id') as SecurityGroupId,
    name: text(row, 'name'),
    stateful: flag(row, 'stateful'),
    shared: flag(row, 'shared'),
    isDefault: flag(row, 'is_default'),
  }),
  claims: ({ isDefault, projectId }) => (isDefault ? [{ scope: defaultGroupScope, value: projectId }] : []),
};
