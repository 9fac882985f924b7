import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newUuid } from '../../base/index.ts';
import type { AddressGroupId, SecurityGroupId } from '../ids.ts';
import { aSecurityGroupRule, prefix } from '../testing/builders.ts';
import { securityGroupRuleTable } from './security-group-rule.ts';

test('reads back the rule that it wrote, with the prefix as the client wrote it', () => {
  const rules = [
    aSecurityGroupRule(),
    aSecurityGroupRule({
      direction: 'egress',
      protocol: 'ipv6-icmp',
      portRangeMin: 128,
      portRangeMax: 0,
      remoteIpPrefix: { written: '2001:db8::1/64', prefix: prefix('2001:db8::/64') },
    }),
    aSecurityGroupRule({ ethertype: 'IPv4', remoteGroupId: newUuid() as SecurityGroupId }),
    aSecurityGroupRule({ remoteAddressGroupId: newUuid() as AddressGroupId }),
  ];
  const { fromRow, toRow } = securityGroupRuleTable;
  for (const rule of rules) assert.deepEqual(fromRow(toRow(rule)), rule);
});
