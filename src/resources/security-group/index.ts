import type { Resource } from '../../kit/index.ts';
import { ownedOrShared } from '../rbac-policy/sharing.ts';
import { needsDefaultGroup } from './default-group.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';
import {
  type SecurityGroup,
  type SecurityGroupInput,
  securityGroupDefinition,
  securityGroupTable,
} from './security-group.ts';
import { readDeleteWorld, readUpdateWorld } from './world.ts';

/** Serves `/v2.0/security-groups`. Each project's default group is made before its first list or create. */
export const securityGroupResource: Resource<SecurityGroup, SecurityGroupInput> = {
  table: securityGroupTable,
  definition: securityGroupDefinition,
  policy: { get: 'reader', create: 'member', update: 'owner', delete: 'owner' },
  visibleTo: ownedOrShared,
  prerequisite: needsDefaultGroup('list', 'create'),
  embeds: 'security_group_rule',
  // One may have 10,000 rules.
  listPage: 10,
  create: async (input, _reader, context) => decideCreate(input, context),
  // Ports of other projects may be in it, and their groups may admit its ports.
  update: async (group, input, { unscoped }, context) =>
    decideUpdate(group, input, await readUpdateWorld(unscoped, group), context),
  remove: async (group, { unscoped }, context) => decideDelete(group, await readDeleteWorld(unscoped, group), context),
};
