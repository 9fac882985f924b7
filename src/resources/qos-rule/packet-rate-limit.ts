import { changeable, fieldTypes } from '../../kit/index.ts';
import { declareRule, direction, largest } from './qos-rule.ts';

/** Thousands of packets per second. */
const kilopackets = fieldTypes.integer(0, largest);

/** neutron-lib api/definitions/qos_pps_rule.py */
export const packetRateLimit = declareRule('packet_rate_limit', {
  maxKpps: changeable(kilopackets),
  maxBurstKpps: changeable(kilopackets, { default: 0 }),
  direction: changeable(direction, { default: 'egress' }),
});
