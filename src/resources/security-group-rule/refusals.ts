import { refusal } from '../../kit/index.ts';
import type { Ethertype } from './matcher.ts';
import { protocolNames } from './protocol.ts';

/* Names of exceptions and messages: neutron extensions/securitygroup.py, neutron-lib exceptions/__init__.py, neutron quota */

/** Given when the group has a rule already that admits the same packets in the same direction. */
export const ruleExists = refusal<{ readonly ruleId: string }>('security-group-rule-exists', {
  status: 409,
  type: 'SecurityGroupRuleExists',
  message: ({ ruleId }) => `Security group rule already exists. Rule id is ${ruleId}.`,
});

/** Given when two rules of one bulk request say the same. */
export const duplicateRuleInPost = refusal('duplicate-security-group-rule', {
  status: 409,
  type: 'DuplicateSecurityGroupRuleInPost',
  message: () => 'Duplicate Security Group Rule in POST.',
});

/** Given when the group has as many rules as a group may have. */
export const tooManyRules = refusal('too-many-security-group-rules', {
  status: 409,
  type: 'OverQuota',
  message: () => "Quota exceeded for resources: ['security_group_rule'].",
});

/** Given when the rules of one bulk request are of different groups. */
export const severalGroups = refusal('several-security-groups', {
  status: 400,
  type: 'SecurityGroupNotSingleGroupRules',
  message: () => 'Only allowed to update rules for one security profile at a time',
});

/** Given when the rules of one bulk request are of different projects (neutron extensions/securitygroup.py). */
export const severalProjects = refusal('several-projects', {
  status: 400,
  type: 'SecurityGroupRulesNotSingleProject',
  message: () => 'Multiple project_ids in bulk security group rule create not allowed',
});

/** Given when a rule names more than one of a remote prefix, a remote group and a remote address group. */
export const severalRemotes = refusal('several-remotes', {
  status: 400,
  type: 'SecurityGroupMultipleRemoteEntites',
  message: () => 'Only one of remote_ip_prefix or remote_group_id or remote_address_group_id may be provided.',
});

/** Given when a rule's protocol is neither a known name nor a number from 0 to 255. */
export const unknownProtocol = refusal<{ readonly protocol: string }>('unknown-protocol', {
  status: 400,
  type: 'SecurityGroupRuleInvalidProtocol',
  message: ({ protocol }) =>
    `Security group rule protocol ${protocol} not supported. Only protocol values ${protocolNames.join(', ')} and ` +
    'integer representations [0 to 255] are supported.',
});

/** Given when a rule's ethertype is neither `IPv4` nor `IPv6`. */
export const unknownEthertype = refusal<{ readonly ethertype: string }>('unknown-ethertype', {
  status: 400,
  type: 'SecurityGroupRuleInvalidEtherType',
  message: ({ ethertype }) =>
    `Security group rule for ethertype '${ethertype}' not supported. Allowed values are ['IPv4', 'IPv6'].`,
});

/** Given when the protocol of an IPv4 rule exists in IPv6 only, such as ICMPv6. */
export const protocolOfOtherEthertype = refusal<{ readonly ethertype: Ethertype; readonly protocol: string }>(
  'protocol-of-other-ethertype',
  {
    status: 400,
    type: 'SecurityGroupEthertypeConflictWithProtocol',
    message: ({ ethertype, protocol }) => `Invalid ethertype ${ethertype} for protocol ${protocol}.`,
  },
);

/** Given when the remote prefix of a rule is not of the rule's family. */
export const prefixOfOtherEthertype = refusal<{ readonly ethertype: Ethertype; readonly cidr: string }>(
  'prefix-of-other-ethertype',
  {
    status: 400,
    type: 'SecurityGroupRuleParameterConflict',
    message: ({ ethertype, cidr }) => `Conflicting value ethertype ${ethertype} for CIDR ${cidr}`,
  },
);

/** Given when the remote prefix of a rule does not parse. */
export const invalidCidr = refusal<{ readonly cidr: string }>('invalid-cidr', {
  status: 400,
  type: 'InvalidCIDR',
  message: ({ cidr }) => `Invalid CIDR ${cidr} given as IP prefix.`,
});

/** Given when a rule has a port range and no protocol. */
export const protocolRequired = refusal('protocol-required', {
  status: 400,
  type: 'SecurityGroupProtocolRequiredWithPorts',
  message: () => 'Must also specify protocol if port range is given.',
});

/** Given when an end of the port range is not a number, or is port 0. */
export const invalidPort = refusal<{ readonly port: string | number }>('invalid-port', {
  status: 400,
  type: 'SecurityGroupInvalidPortValue',
  message: ({ port }) => `Invalid value for port ${port}`,
});

/** Given when one end of the port range is missing, or the first port is above the last. */
export const invalidPortRange = refusal('invalid-port-range', {
  status: 400,
  type: 'SecurityGroupInvalidPortRange',
  message: () => 'For TCP/UDP protocols, port_range_min must be <= port_range_max',
});

/** Given when a rule has a port range and its protocol has no ports. */
export const protocolWithoutPorts = refusal<{ readonly protocol: number | string }>('protocol-without-ports', {
  status: 400,
  type: 'SecurityGroupInvalidProtocolForPort',
  message: ({ protocol }) =>
    `Ports cannot be specified for protocol ${protocol}. Ports are only supported for DCCP, SCTP, TCP, UDP, UDPLITE.`,
});

/** Given when an ICMP type or code is not in the range 0 to 255. */
export const invalidIcmpValue = refusal<{
  readonly field: 'type' | 'code';
  readonly attribute: 'port_range_min' | 'port_range_max';
  readonly value: number;
}>('invalid-icmp-value', {
  status: 400,
  type: 'SecurityGroupInvalidIcmpValue',
  message: ({ field, attribute, value }) =>
    `Invalid value for ICMP ${field} (${attribute}) ${value}. It must be 0 to 255.`,
});

/** Given when a rule has an ICMP code and no type. */
export const missingIcmpType = refusal<{ readonly code: number }>('missing-icmp-type', {
  status: 400,
  type: 'SecurityGroupMissingIcmpType',
  message: ({ code }) => `ICMP code (port-range-max) ${code} is provided but ICMP type (port-range-min) is missing.`,
});
