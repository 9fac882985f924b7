import { type Address, type Family, formatAddress } from '../../ip/index.ts';
import { type SecurityGroupAddressesFacts, securityGroupAddressesKind } from '../kinds/security-group-addresses.ts';
import { addressSetName } from '../names.ts';
import { type DesiredRow, labels, madeFrom, ownsExternalId, type Translation, uuidOf } from '../translation.ts';

/** ovn-nb(5) Address_Set: for each group that rules name as their peers, one for each family. */
export const addressSet: Translation<'Address_Set'> = {
  table: 'Address_Set',
  ownsKey: { external_ids: ownsExternalId },
  byElement: ['addresses'],
  sources: [madeFrom(securityGroupAddressesKind, (facts) => [rowOf(facts, 4), rowOf(facts, 6)])],
};

/** Observed addresses have no revision. A controller that writes an older set sees the other's change, and reads anew. */
const revision = 0;

function rowOf({ id, addresses }: SecurityGroupAddressesFacts, family: Family): DesiredRow<'Address_Set'> {
  const name = addressSetName(id, family);
  return {
    uuid: uuidOf(name),
    revision,
    columns: {
      name,
      addresses: textsOf(addresses.filter((address) => address.family === family)),
      external_ids: { ...labels({ kind: 'security-group-addresses', id }, revision), 'neutron:security_group_id': id },
    },
  };
}

/** Each once: ports may share an address, such as that of a virtual router. */
function textsOf(addresses: readonly Address[]): readonly string[] {
  return [...new Set(addresses.map(formatAddress))];
}
