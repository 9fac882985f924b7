import { ok } from '../../../base/index.ts';
import { type Aspect, changeableLater, fieldTypes } from '../../../kit/index.ts';

const { nullable, word } = fieldTypes;

const fields = {
  /** What somebody else who watches the hosts says of the port; nothing here follows from it. */
  dataPlaneStatus: changeableLater(nullable(word('ACTIVE', 'DOWN')), { default: undefined, writableBy: 'admin' }),
};

/** neutron-lib api/definitions/data_plane_status.py */
export const dataPlaneStatus: Aspect<typeof fields, object, object> = {
  extension: {
    alias: 'data-plane-status',
    name: 'Port data plane status extension',
    description: 'Expose status of underlying data plane',
    updated: '2017-01-24T10:00:00-00:00',
  },
  fields,
  decide: ({ before, input }) => {
    const chosen = 'dataPlaneStatus' in input ? input : before;
    return ok({ dataPlaneStatus: chosen?.dataPlaneStatus });
  },
};
