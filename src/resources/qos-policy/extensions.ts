import type { ExtensionInfo } from '../../kit/index.ts';

/** The parts of QoS that Neutron tells apart: neutron-lib api/definitions/qos*.py. */
export const extensions: readonly ExtensionInfo[] = [
  {
    alias: 'qos',
    name: 'Quality of Service',
    description: 'The Quality of Service extension.',
    updated: '2015-06-08T10:00:00-00:00',
  },
  {
    alias: 'qos-bw-limit-direction',
    name: 'Direction for QoS bandwidth limit rule',
    description: 'Allow to configure QoS bandwidth limit rule with specific direction: ingress or egress',
    updated: '2017-04-10T10:00:00-00:00',
  },
  {
    alias: 'qos-bw-minimum-ingress',
    name: 'Ingress direction for QoS minimum bandwidth rule',
    description: 'Allow to configure QoS minumum bandwidth rule with ingress direction.',
    updated: '2018-07-09T10:00:00-00:00',
  },
  {
    alias: 'qos-default',
    name: 'QoS default policy',
    description: 'Expose the QoS default policy per project',
    updated: '2017-041-06T10:00:00-00:00',
  },
  {
    alias: 'qos-port-network-policy',
    name: 'QoS port network policy ID',
    description: 'Adds a the QoS network ID to the port definition',
    updated: '2019-11-01T10:00:00-00:00',
  },
  {
    alias: 'qos-pps',
    name: 'QoS Rule Type Packet per Second Extension',
    description: 'Add QoS Rule Type Packet per Second',
    updated: '2021-05-12T10:00:00-00:00',
  },
  {
    alias: 'qos-pps-minimum',
    name: 'minimum_packet_rate_rule',
    description: 'Allow to configure QoS minimum packet rate rule.',
    updated: '2021-07-14T10:00:00-00:00',
  },
  {
    alias: 'alias_minimum_packet_rate_rules',
    name: 'QoS minimum packet rate rule alias',
    description:
      'API to enable GET, PUT and DELETE operations on QoS minimum packet rate rule without specifying policy ID',
    updated: '2021-10-22T10:00:00-00:00',
  },
  {
    alias: 'alias_bandwidth_limit_rules',
    name: 'Quality of Service rules alias API',
    description: 'API to enable GET, PUT and DELETE operations on QoS policy rules without specifying policy ID',
    updated: '2018-10-07T10:00:00-00:00',
  },
];
