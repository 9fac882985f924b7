import type { AnyResource, FixedCollection, Resource, Stored, Table } from '../kit/index.ts';
import { addressGroupResource } from './address-group/index.ts';
import { addressScopeResource } from './address-scope/index.ts';
import { agentResource } from './agent/index.ts';
import { networkResource } from './network/index.ts';
import { networkIpAvailabilityResource } from './network-ip-availability/index.ts';
import { networkSegmentRangeResource } from './network-segment-range/index.ts';
import { portResource } from './port/index.ts';
import { qosPolicyResource } from './qos-policy/index.ts';
import { qosRuleResources } from './qos-rule/index.ts';
import { qosRuleTypes } from './qos-rule-type/index.ts';
import { quotaResource } from './quota/index.ts';
import { rbacPolicyResource } from './rbac-policy/index.ts';
import { routerResource } from './router/index.ts';
import { securityGroupResource } from './security-group/index.ts';
import { securityGroupRuleResource } from './security-group-rule/index.ts';
import { subnetResource } from './subnet/index.ts';
import { subnetpoolResource } from './subnetpool/index.ts';
import { trunkResource } from './trunk/index.ts';

/** THE list of what is stored and served. A new resource adds its line, and a migration in the store. */
const listed: readonly AnyResource[] = [
  plain(networkResource),
  plain(subnetResource),
  plain(subnetpoolResource),
  plain(networkSegmentRangeResource),
  plain(portResource),
  plain(routerResource),
  plain(securityGroupResource),
  plain(securityGroupRuleResource),
  plain(agentResource),
  plain(addressScopeResource),
  plain(addressGroupResource),
  plain(rbacPolicyResource),
  plain(qosPolicyResource),
  plain(trunkResource),
  ...qosRuleResources.map(plain),
  plain(networkIpAvailabilityResource),
];

/** The resources of the list, and the quotas that limit how many of them a project has. */
export const resources: readonly AnyResource[] = [...listed, plain(quotaResource(listed))];

/** THE list of what is served and in no store. */
export const fixedCollections: readonly FixedCollection[] = [qosRuleTypes];

/** Where entities are stored. */
export const tables: readonly Table[] = [...new Set(resources.map(({ table }) => table))];

/** The types of a resource's entity and input agree inside of it: who holds many resources need not know them. */
function plain<Entity extends Stored, Input>(resource: Resource<Entity, Input>): AnyResource {
  return resource as unknown as AnyResource;
}
