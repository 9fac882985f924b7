import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/provider_net.py; administrators see and set them. */
export const provider: Extension = {
  alias: 'provider',
  name: 'Provider Network',
  description: 'Expose mapping of virtual networks to physical networks',
  updated: '2012-09-07T10:00:00-00:00',
};
