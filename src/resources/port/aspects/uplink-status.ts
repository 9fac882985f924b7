import { ok } from '../../../base/index.ts';
import { type Aspect, askedFor, fieldTypes, fixed } from '../../../kit/index.ts';

const fields = {
  /** Of SR-IOV ports, whose link may follow that of the card: kept for who plugs them. */
  propagateUplinkStatus: fixed(fieldTypes.boolean, { default: true }),
};

/** neutron-lib api/definitions/uplink_status_propagation.py */
export const uplinkStatus: Aspect<typeof fields, object, object> = {
  extension: {
    alias: 'uplink-status-propagation',
    name: 'Uplink status propagation extension',
    description: 'Provides ability to propagate port uplink status.',
    updated: '2018-05-31T18:00:00-00:00',
  },
  fields,
  decide: (asked) => ok({ propagateUplinkStatus: askedFor(asked, 'propagateUplinkStatus') }),
};
