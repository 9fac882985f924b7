import { ok } from '../../../base/index.ts';
import { type Aspect, attributeTypes, changeable, fieldTypes } from '../../../kit/index.ts';
import type { NetworkWorld } from './basics.ts';

const { boolean, orAbsent } = attributeTypes;

const fields = {
  /** False: no anti-spoofing at the first hop, and no security groups. A request that does not say it leaves it to the network. */
  portSecurityEnabled: changeable(fieldTypes.boolean, {
    given: orAbsent(boolean),
    default: undefined,
    writableBy: 'parent-owner',
  }),
};

/** neutron-lib api/definitions/port_security.py */
export const portSecurity: Aspect<typeof fields, object, NetworkWorld> = {
  fields,
  decide({ before, input }, { network }) {
    const asBefore = before?.portSecurityEnabled ?? network?.portSecurityEnabled ?? true;
    return ok({ portSecurityEnabled: input.portSecurityEnabled ?? asBefore });
  },
};
