import {
  type Client,
  type PortCreate,
  type SecurityGroup,
  type SecurityGroupCreate,
  type SecurityGroupRuleCreate,
  unwrap,
} from '../../src/client/index.ts';
import type { Scope } from '../scope.ts';

/** What a rule says, apart from whose it is. */
export type Rule = Omit<SecurityGroupRuleCreate, 'security_group_id'>;

/** All that a guest sends. */
export const allEgress: readonly Rule[] = bothFamilies('egress');

const allTraffic: readonly Rule[] = [...allEgress, ...bothFamilies('ingress')];

/** A tenant's security groups of one row. */
export interface SecurityGroups {
  /** With these rules and no others. Ports that enter it have to be made after it, so that they are undone before. */
  make(rules: readonly Rule[], request?: SecurityGroupCreate): Promise<SecurityGroup>;
  /** What a port's request says to have all its packets admitted: the row's one open group, or nothing where there are no groups. */
  admitAll(): Promise<Pick<PortCreate, 'security_groups'>>;
}

/** The tenant that makes the groups, and the scope that undoes them. */
export interface SecurityGroupOptions {
  readonly api: Client;
  readonly scope: Scope;
  /** Their name. */
  readonly tag: string;
}

/** The security groups of one row. The open group is made when it is first asked for. */
export function createSecurityGroups({ api, scope, tag }: SecurityGroupOptions): SecurityGroups {
  const make: SecurityGroups['make'] = async (rules, request = {}) => {
    const made = unwrap(await api.securityGroups.create({ name: tag, ...request }));
    scope.defer(`security group ${made.id}`, async () => unwrap(await api.securityGroups.delete(made.id)));
    await setRules(api, made, rules);
    return made;
  };
  const findOpen = async () => ((await hasGroups(api)) ? { security_groups: [(await make(allTraffic)).id] } : {});
  let open: Promise<Pick<PortCreate, 'security_groups'>> | undefined;
  return {
    make,
    admitAll() {
      open ??= findOpen();
      return open;
    },
  };
}

async function hasGroups({ extensions }: Client): Promise<boolean> {
  const known = await extensions.show('security-group');
  if (!known.ok && known.error.status === 404) return false;
  unwrap(known);
  return true;
}

/** Gives a group these rules and no others; those that it has already stay as they are. */
export async function setRules(api: Client, { id }: SecurityGroup, wanted: readonly Rule[]): Promise<void> {
  const { security_group_rules: actual } = unwrap(await api.securityGroups.show(id));
  for (const rule of actual) {
    if (!wanted.some((one) => areSame(rule, one))) unwrap(await api.securityGroupRules.delete(rule.id));
  }
  for (const rule of wanted) {
    if (actual.some((one) => areSame(one, rule))) continue;
    unwrap(await api.securityGroupRules.create({ security_group_id: id, ...rule }));
  }
}

/** The attributes that make a rule what it is. */
const telling = [
  'direction',
  'ethertype',
  'protocol',
  'port_range_min',
  'port_range_max',
  'remote_ip_prefix',
  'remote_group_id',
  'remote_address_group_id',
] as const;

function areSame(one: Rule, other: Rule): boolean {
  return telling.every((name) => String(one[name] ?? '') === String(other[name] ?? ''));
}

function bothFamilies(direction: 'ingress' | 'egress'): readonly Rule[] {
  return [
    { direction, ethertype: 'IPv4' },
    { direction, ethertype: 'IPv6' },
  ];
}
