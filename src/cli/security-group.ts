import type { Command } from 'commander';
import {
  collectionDescriptions,
  type SecurityGroup,
  type SecurityGroupRule,
  type SecurityGroupRuleCreate,
  unwrap,
} from '../client/index.ts';
import { type CliContext, CliError, integer, withContext } from './context.ts';
import { addNoun, getNoun, given, type Noun, show } from './noun.ts';
import { type Column, renderRows } from './output.ts';

/** The security group as the commands list and show it. */
export const securityGroups: Noun<SecurityGroup> = {
  description: collectionDescriptions.securityGroups,
  columns: [
    { title: 'id', value: ({ id }) => id },
    { title: 'name', value: ({ name }) => name },
    { title: 'stateful', value: ({ stateful }) => stateful },
    { title: 'rules', value: ({ security_group_rules: rules }) => rules.length },
  ],
};

const ruleColumns: readonly Column<SecurityGroupRule>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'direction', value: ({ direction }) => direction },
  { title: 'ethertype', value: ({ ethertype }) => ethertype },
  { title: 'protocol', value: ({ protocol }) => protocol ?? 'any' },
  { title: 'ports', value: ({ port_range_min: first, port_range_max: last }) => portsText(first, last) },
  { title: 'peers', value: peersOf },
];

const securityGroupRules: Noun<SecurityGroupRule> = {
  description: collectionDescriptions.securityGroupRules,
  columns: [...ruleColumns, { title: 'security group', value: (rule) => rule.security_group_id }],
};

/** Adds `sextant security-group ...`, with its rules, and `sextant security-group-rule ...`. */
export function addSecurityGroup(program: Command): void {
  const command = addNoun(program, securityGroups);
  addRules(command);
  addAddRule(command);
  addNoun(program, securityGroupRules);
}

function addRules(command: Command): void {
  command
    .command('rules')
    .description('list the rules of a security group')
    .argument('<name-or-id>')
    .action((nameOrId: string, _options, self: Command) =>
      withContext(self, async (context) => {
        const { security_group_rules: rules } = await getNoun(context, securityGroups, nameOrId);
        context.print(await renderRows(rules, ruleColumns, context.format));
      }),
    );
}

interface RuleOptions {
  readonly egress?: boolean;
  readonly ipv4?: boolean;
  readonly protocol?: string;
  readonly ports?: string;
  readonly type?: string;
  readonly code?: string;
  readonly prefix?: string;
  readonly group?: string;
}

function addAddRule(command: Command): void {
  command
    .command('add-rule')
    .description('let packets pass to the ports of a security group, or with --egress from them')
    .argument('<name-or-id>')
    .option('--egress')
    .option('--ipv4', 'of IPv4 (default: of the family of --prefix, else of IPv6)')
    .option('--protocol <name-or-number>', 'default: any')
    .option('--ports <first:last>', 'destination ports, or one of them')
    .option('--type <number>', 'of ICMP')
    .option('--code <number>', 'of ICMP')
    .option('--prefix <cidr>', 'from or to these addresses')
    .option('--group <name-or-id>', 'from or to the ports of this group')
    .action((nameOrId: string, options: RuleOptions, self: Command) =>
      withContext(self, async (context) => {
        const wanted = await wantedRule(context, nameOrId, options);
        await show(context, unwrap(await context.client.securityGroupRules.create(wanted)));
      }),
    );
}

async function wantedRule(
  context: CliContext,
  nameOrId: string,
  options: RuleOptions,
): Promise<SecurityGroupRuleCreate> {
  const { egress, ipv4, protocol, prefix, group } = options;
  const { id } = await getNoun(context, securityGroups, nameOrId);
  const isIpv4 = ipv4 || (prefix !== undefined && !prefix.includes(':'));
  return {
    security_group_id: id,
    direction: egress ? 'egress' : 'ingress',
    ethertype: isIpv4 ? 'IPv4' : 'IPv6',
    ...wantedRange(options),
    ...given({
      protocol,
      remote_ip_prefix: prefix,
      remote_group_id: group && (await getNoun(context, securityGroups, group)).id,
    }),
  };
}

function wantedRange({ ports, type, code }: RuleOptions): Pick<SecurityGroupRuleCreate, RangeName> {
  if (ports !== undefined && type !== undefined) throw new CliError('either --ports or --type, not both');
  if (type !== undefined || code !== undefined)
    return given({
      port_range_min: type === undefined ? undefined : integer('--type', type),
      port_range_max: code === undefined ? undefined : integer('--code', code),
    });
  const [first, last = first] = ports?.split(':', 2) ?? [];
  if (first === undefined || last === undefined) return {};
  return { port_range_min: integer('--ports', first), port_range_max: integer('--ports', last) };
}

type RangeName = 'port_range_min' | 'port_range_max';

function peersOf(rule: SecurityGroupRule): string {
  return rule.remote_ip_prefix ?? rule.remote_group_id ?? rule.remote_address_group_id ?? 'any';
}

/** `22`, `1000:2000`, or the type and code of ICMP. */
function portsText(first: number | null, last: number | null): string {
  if (first === null) return '';
  return last === null || first === last ? String(first) : `${first}:${last}`;
}
