import { unwrap } from '../../src/client/index.ts';
import type { Context } from '../contract.ts';
import { expect } from '../probe.ts';
import { expectRefusal } from './requests.ts';
import type { Rule } from './security-groups.ts';
import type { Workbench } from './workbench.ts';

interface Refused {
  readonly what: string;
  readonly rule: Partial<Rule>;
  readonly status: number;
}

const refused: readonly Refused[] = [
  { what: 'ipv6-icmp with IPv4', rule: { ethertype: 'IPv4', protocol: 'ipv6-icmp' }, status: 400 },
  { what: 'an ICMPv6 code without a type', rule: { protocol: 'ipv6-icmp', port_range_max: 0 }, status: 400 },
  { what: 'ports without a protocol', rule: { port_range_min: 80, port_range_max: 80 }, status: 400 },
  { what: 'an IPv4 prefix with IPv6', rule: { remote_ip_prefix: '192.0.2.0/24' }, status: 400 },
  { what: 'protocol 256', rule: { protocol: '256' }, status: 400 },
  {
    what: 'a range that ends before it begins',
    rule: { protocol: 'tcp', port_range_min: 81, port_range_max: 80 },
    status: 400,
  },
  {
    what: 'the same rule in another spelling',
    rule: { protocol: '6', port_range_min: 80, port_range_max: 80 },
    status: 409,
  },
];

/** Rules that contradict themselves or repeat another one: the API refuses them with Neutron's status and type. */
export async function checkRuleRefusals(context: Context, bench: Workbench): Promise<void> {
  const { api } = bench.tenant;
  await context.probe.part('the API refuses rules that mean nothing, or the same as another', async (note) => {
    const { id } = await bench.securityGroup([
      { direction: 'ingress', ethertype: 'IPv6', protocol: 'tcp', port_range_min: 80, port_range_max: 80 },
    ]);
    for (const { what, rule, status } of refused) {
      const request = { security_group_id: id, direction: 'ingress', ethertype: 'IPv6', ...rule } as const;
      const { type } = await expectRefusal(context, api.securityGroupRules, { what, request, status });
      note(`${what}: ${status} ${type}`);
    }
    const { security_group_rules: rules } = unwrap(await api.securityGroups.show(id));
    expect(rules.length === 1, `the group has ${rules.length} rules after that`);
  });
}
