/**
 * The API's extensions, one file per alias: how `/v2.0/extensions` describes each, and the attributes that it adds
 * to resources. Only what is really implemented is here. It knows resources as data, and no HTTP.
 */
import { agent } from './agent.ts';
import { emptyStringFiltering } from './empty-string-filtering.ts';
import type { Extension } from './extension.ts';
import { extraroute } from './extraroute.ts';
import { filterValidation } from './filter-validation.ts';
import { firstHop } from './first-hop.ts';
import { ipSubstringFiltering } from './ip-substring-filtering.ts';
import { netMtu } from './net-mtu.ts';
import { netMtuWritable } from './net-mtu-writable.ts';
import { pagination } from './pagination.ts';
import { portSecurity } from './port-security.ts';
import { portSecurityGroupsFiltering } from './port-security-groups-filtering.ts';
import { projectId } from './project-id.ts';
import { provider } from './provider.ts';
import { rbacAddressGroup } from './rbac-address-group.ts';
import { rbacAddressScope } from './rbac-address-scope.ts';
import { rbacSecurityGroups } from './rbac-security-groups.ts';
import { revisionIfMatch } from './revision-if-match.ts';
import { router } from './router.ts';
import { securityGroupsNormalizedCidr } from './security-groups-normalized-cidr.ts';
import { securityGroupsRemoteAddressGroup } from './security-groups-remote-address-group.ts';
import { securityGroupsSharedFiltering } from './security-groups-shared-filtering.ts';
import { sorting } from './sorting.ts';
import { standardAttrDescription } from './standard-attr-description.ts';
import { standardAttrRevisions } from './standard-attr-revisions.ts';
import { standardAttrTag } from './standard-attr-tag.ts';
import { standardAttrTimestamp } from './standard-attr-timestamp.ts';
import { statefulSecurityGroup } from './stateful-security-group.ts';
import { subnetServiceTypes } from './subnet-service-types.ts';

export type { Extension } from './extension.ts';

/** THE list. The order is that of the attributes in answers. */
export const extensions: readonly Extension[] = [
  portSecurity,
  portSecurityGroupsFiltering,
  statefulSecurityGroup,
  securityGroupsNormalizedCidr,
  securityGroupsRemoteAddressGroup,
  securityGroupsSharedFiltering,
  ipSubstringFiltering,
  netMtu,
  netMtuWritable,
  provider,
  router,
  extraroute,
  subnetServiceTypes,
  agent,
  standardAttrDescription,
  standardAttrTag,
  standardAttrTimestamp,
  standardAttrRevisions,
  revisionIfMatch,
  filterValidation,
  emptyStringFiltering,
  pagination,
  sorting,
  projectId,
  rbacAddressGroup,
  rbacAddressScope,
  rbacSecurityGroups,
  firstHop,
];
