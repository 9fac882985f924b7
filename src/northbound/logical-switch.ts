import type { NetworkId } from '../resources/index.ts';
import { logicalSwitchName } from './names.ts';
import { type DesiredRow, labels, oneOf, ownsExternalId, type Translation } from './translation.ts';
import type { World } from './world.ts';

/** ovn-nb(5) Logical_Switch: one for each network. */
export const logicalSwitch: Translation<'Logical_Switch'> = {
  table: 'Logical_Switch',
  kind: 'network',
  ownsKey: { other_config: oneOf('mcast_snoop', 'requested-tnl-key'), external_ids: ownsExternalId },
  rows: (world, id) => rowOf(world, id as NetworkId),
};

function rowOf(world: World, id: NetworkId): readonly DesiredRow<'Logical_Switch'>[] {
  const network = world.networks.get(id);
  if (!network) return [];
  return [
    {
      uuid: id,
      revision: network.revision,
      columns: {
        name: logicalSwitchName(id),
        other_config: {
          mcast_snoop: 'false',
          // The underlay carries the very number that the API shows as provider:segmentation_id.
          'requested-tnl-key': String(network.segmentationId),
        },
        external_ids: {
          ...labels({ kind: 'network', id }, network.revision),
          'neutron:network_name': network.name,
          'neutron:mtu': String(network.mtuBytes),
        },
      },
    },
  ];
}
