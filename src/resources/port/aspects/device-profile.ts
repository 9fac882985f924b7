import { ok } from '../../../base/index.ts';
import { type Aspect, fieldTypes, fixed } from '../../../kit/index.ts';

const { nullable, text } = fieldTypes;

const fields = {
  /** The name of a Cyborg device profile, by which Nova gives the guest an accelerator. */
  deviceProfile: fixed(nullable(text(255)), { default: undefined }),
};

/** neutron-lib api/definitions/port_device_profile.py */
export const deviceProfile: Aspect<typeof fields, object, object> = {
  extension: {
    alias: 'port-device-profile',
    name: 'Port device profile',
    description: 'Expose the port device profile (Cyborg)',
    updated: '2020-12-17T10:00:00-00:00',
  },
  fields,
  decide: ({ before, input }) => ok({ deviceProfile: (before ?? input).deviceProfile }),
};
