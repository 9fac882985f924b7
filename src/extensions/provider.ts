import { networkResource } from '../resources/index.ts';
import { attributesOf, type Extension } from './extension.ts';

/** neutron-lib api/definitions/provider_net.py; shown to administrators; no request may set them yet. */
export const provider: Extension = {
  alias: 'provider',
  name: 'Provider Network',
  description: 'Expose mapping of virtual networks to physical networks',
  updated: '2012-09-07T10:00:00-00:00',
  adds: [
    attributesOf(networkResource, [
      {
        name: 'provider:network_type',
        access: 'read-only',
        schema: { enum: ['geneve'] },
        visibleTo: 'admin',
        column: 'network_type',
        read: ({ networkType }) => networkType,
      },
      {
        name: 'provider:physical_network',
        access: 'read-only',
        schema: { type: 'null' },
        visibleTo: 'admin',
        read: () => null,
      },
      {
        name: 'provider:segmentation_id',
        access: 'read-only',
        schema: { type: 'integer' },
        visibleTo: 'admin',
        column: 'segmentation_id',
        read: ({ segmentationId }) => segmentationId,
      },
    ]),
  ],
};
