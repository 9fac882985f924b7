import type { Network } from '../../resources/index.ts';
import { networkKind } from '../kinds/network.ts';
import { logicalSwitchName } from '../names.ts';
import { type DesiredRow, labels, madeFrom, oneOf, ownsExternalId, type Translation } from '../translation.ts';

/** ovn-nb(5) Logical_Switch: one for each network. */
export const logicalSwitch: Translation<'Logical_Switch'> = {
  table: 'Logical_Switch',
  ownsKey: { other_config: oneOf('mcast_snoop', 'requested-tnl-key'), external_ids: ownsExternalId },
  sources: [madeFrom(networkKind, (network) => [rowOf(network)])],
};

function rowOf({ id, name, revision, tunnelKey, mtuBytes }: Network): DesiredRow<'Logical_Switch'> {
  return {
    uuid: id,
    revision,
    columns: {
      name: logicalSwitchName(id),
      other_config: {
        mcast_snoop: 'false',
        // With Geneve the underlay carries the very number that the API shows as provider:segmentation_id.
        'requested-tnl-key': String(tunnelKey),
      },
      external_ids: {
        ...labels({ kind: 'network', id }, revision),
        'neutron:network_name': name,
        'neutron:mtu': String(mtuBytes),
      },
    },
  };
}
