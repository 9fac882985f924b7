import { attributeTypes, changeable, type FieldType, fieldTypes } from '../../kit/index.ts';
import { declareRule } from './qos-rule.ts';

/** neutron-lib constants.py VALID_DSCP_MARKS */
const marks = [0, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 46, 48, 56] as const;

const mark: FieldType<number> = { ...fieldTypes.integer(0, 56), ...attributeTypes.oneNumberOf(...marks) };

/** neutron-lib api/definitions/qos.py */
export const dscpMarking = declareRule('dscp_marking', { dscpMark: changeable(mark) });
