import { changeable, fieldTypes } from '../../kit/index.ts';
import { declareRule, largest, type QosDirection } from './qos-rule.ts';

/** neutron-lib api/definitions/qos_pps_minimum_rule.py */
export const minimumPacketRate = declareRule('minimum_packet_rate', {
  minKpps: changeable(fieldTypes.integer(0, largest)),
  direction: changeable(fieldTypes.word<QosDirection>('ingress', 'egress', 'any'), { default: 'egress' }),
});
