import { changeable, fieldTypes } from '../../kit/index.ts';
import { declareRule, direction, largest } from './qos-rule.ts';

const kilobits = fieldTypes.integer(0, largest);

/** neutron-lib api/definitions/qos.py, qos_bw_limit_direction.py */
export const bandwidthLimit = declareRule('bandwidth_limit', {
  maxKbps: changeable(kilobits),
  maxBurstKbps: changeable(kilobits, { default: 0 }),
  direction: changeable(direction, { default: 'egress' }),
});
