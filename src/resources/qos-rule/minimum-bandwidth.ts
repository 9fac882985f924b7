import { changeable, fieldTypes } from '../../kit/index.ts';
import { declareRule, direction, largest } from './qos-rule.ts';

/** neutron-lib api/definitions/qos.py, qos_bw_minimum_ingress.py */
export const minimumBandwidth = declareRule('minimum_bandwidth', {
  minKbps: changeable(fieldTypes.integer(0, largest)),
  direction: changeable(direction, { default: 'egress' }),
});
