import { isUuid, type Uuid } from '../../base/index.ts';
import { label } from '../../ovn/index.ts';
import { parseKey } from '../../reconcile/index.ts';
import type { SecurityGroup, SecurityGroupRule } from '../../resources/index.ts';
import { fragmentsMatchOf, matchOf } from '../acl-match.ts';
import { filteredPortsKey, filteredPortsKind, filteredPortsUuid } from '../kinds/filtered-ports.ts';
import { type SecurityGroupFacts, securityGroupKind } from '../kinds/security-group.ts';
import { filteredPortsName } from '../names.ts';
import {
  type Columns,
  type DesiredRow,
  type Holder,
  labels,
  madeFrom,
  ownsExternalId,
  type Translation,
  uuidOf,
} from '../translation.ts';

/** As ML2/OVN has them (neutron common/ovn/constants.py): what a rule admits comes before the drop of all else. */
const priorities = { drop: 1001, allow: 1002 } as const;

/**
 * ovn-nb(5) ACL: one for each rule of a security group, one for the fragments of each set of peers, and two that drop
 * all IP to and from filtered ports. RA, RS, NS, NA and MLD pass above all ACLs, and the first hop answers DHCP.
 */
export const acl: Translation<'ACL'> = {
  table: 'ACL',
  ownsKey: { external_ids: ownsExternalId },
  sources: [madeFrom(filteredPortsKind, () => drops), madeFrom(securityGroupKind, rowsOf)],
  parentsOf: ({ external_ids }) => portGroupOf(external_ids[label.owner]),
};

const drops: readonly DesiredRow<'ACL'>[] = [
  dropRow('from-lport', `inport == @${filteredPortsName} && ip`),
  dropRow('to-lport', `outport == @${filteredPortsName} && ip`),
];

function dropRow(direction: AclDirection, match: string): DesiredRow<'ACL'> {
  return {
    uuid: uuidOf(`filtered-ports/${direction}`),
    revision: 0,
    columns: { priority: priorities.drop, direction, match, action: 'drop', external_ids: labels(filteredPortsKey, 0) },
  };
}

type AclDirection = Columns<'ACL'>['direction'];

function rowsOf({ group, rules }: SecurityGroupFacts): readonly DesiredRow<'ACL'>[] {
  // Rules with the same peers share the row of their fragments.
  const fragments = new Map<string, DesiredRow<'ACL'>>();
  const rows: DesiredRow<'ACL'>[] = [];
  for (const rule of rules) {
    const match = matchOf(rule);
    if (match === undefined) continue;
    const ofRule = { 'neutron:security_group_rule_id': rule.id };
    rows.push(allowRow(group, rule, { uuid: rule.id, revision: rule.revision, match, more: ofRule }));
    const later = fragmentsMatchOf(rule);
    if (later !== undefined && !fragments.has(later))
      fragments.set(later, allowRow(group, rule, { uuid: uuidOf(later), revision: 0, match: later }));
  }
  return [...rows, ...fragments.values()];
}

interface Allowed {
  readonly uuid: Uuid;
  readonly revision: number;
  readonly match: string;
  /** Labels besides the usual ones. */
  readonly more?: Readonly<Record<string, string>>;
}

function allowRow(
  { id, stateful }: SecurityGroup,
  { direction }: SecurityGroupRule,
  { uuid, revision, match, more = {} }: Allowed,
): DesiredRow<'ACL'> {
  return {
    uuid,
    revision,
    columns: {
      priority: priorities.allow,
      direction: direction === 'ingress' ? 'to-lport' : 'from-lport',
      match,
      action: stateful ? 'allow-related' : 'allow-stateless',
      external_ids: { ...labels({ kind: 'security-group', id }, revision), ...more },
    },
  };
}

function portGroupOf(owner: string | undefined): readonly Holder[] {
  const key = owner === undefined ? undefined : parseKey(owner);
  const uuid = key?.kind === filteredPortsKey.kind ? filteredPortsUuid : key?.id;
  return uuid !== undefined && isUuid(uuid) ? [{ table: 'Port_Group', column: 'acls', uuid }] : [];
}
