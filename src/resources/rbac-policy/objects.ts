import type { Predicate, Reader, Stored, Table } from '../../kit/index.ts';
import { addressGroupTable } from '../address-group/address-group.ts';
import { addressScopeTable } from '../address-scope/address-scope.ts';
import { networkTable } from '../network/network.ts';
import { inSecurityGroup } from '../port/claims.ts';
import { portTable } from '../port/port.ts';
import { qosPolicyTable } from '../qos-policy/qos-policy.ts';
import { securityGroupTable } from '../security-group/security-group.ts';
import { securityGroupRuleTable } from '../security-group-rule/security-group-rule.ts';
import { subnetTable } from '../subnet/subnet.ts';
import { subnetpoolTable } from '../subnetpool/subnetpool.ts';
import type { ObjectType } from './rbac-policy.ts';
import type { Shareable } from './sharing.ts';

type Shared = Shareable & Stored;

/** Entities that use a thing. Those of other projects need a policy for that. */
interface Use {
  /** As a definition names it. */
  readonly name: string;
  readonly table: Table;
  where(id: string): Predicate;
}

interface ObjectKind {
  readonly table: Table<Shared>;
  readonly uses: readonly Use[];
}

const named = (column: string) => (id: string) => ({ kind: 'in', column, values: [id] }) as const;

/** THE list of what may be shared. */
export const objectKinds: Readonly<Record<ObjectType, ObjectKind>> = {
  network: { table: plain(networkTable), uses: [use('port', portTable, named('network_id'))] },
  security_group: { table: plain(securityGroupTable), uses: [use('port', portTable, inSecurityGroup)] },
  address_group: {
    table: plain(addressGroupTable),
    uses: [use('security_group_rule', securityGroupRuleTable, named('remote_address_group_id'))],
  },
  address_scope: {
    table: plain(addressScopeTable),
    uses: [use('subnetpool', subnetpoolTable, named('address_scope_id'))],
  },
  subnetpool: { table: plain(subnetpoolTable), uses: [use('subnet', subnetTable, named('subnetpool_id'))] },
  qos_policy: {
    table: plain(qosPolicyTable),
    uses: [use('port', portTable, named('qos_policy_id')), use('network', networkTable, named('qos_policy_id'))],
  },
};

/** The tables of things that may be shared hold different entities, of which only what all have is asked. */
function plain<E extends Shared>(table: Table<E>): Table<Shared> {
  return table as unknown as Table<Shared>;
}

function use<E extends Stored>(name: string, table: Table<E>, where: (id: never) => Predicate): Use {
  return { name, table: table as unknown as Table, where: where as Use['where'] };
}

/** Names something of other projects, of those that `whose` holds for, which uses the thing. Undefined without one. */
export async function findUse(
  reader: Reader,
  objectType: ObjectType,
  id: string,
  whose: Predicate,
): Promise<string | undefined> {
  for (const { name, table, where } of objectKinds[objectType].uses) {
    const [user] = await reader.listIds(table, { where: { kind: 'all', of: [where(id), whose] }, limit: 1 });
    if (user !== undefined) return `${name} ${user}`;
  }
  return undefined;
}
