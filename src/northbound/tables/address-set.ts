import { type Family, familyBits, formatAddress, formatPrefix, type Prefix, prefixFamily } from '../../ip/index.ts';
import type { Key } from '../../kit/index.ts';
import type { AddressGroup } from '../../resources/index.ts';
import { addressGroupKind } from '../kinds/address-group.ts';
import { type SecurityGroupAddressesFacts, securityGroupAddressesKind } from '../kinds/security-group-addresses.ts';
import { addressSetName } from '../names.ts';
import { type DesiredRow, labels, madeFrom, ownsExternalId, type Translation, uuidOf } from '../translation.ts';

/** ovn-nb(5) Address_Set: for each group that rules name as their peers, one for each family. */
export const addressSet: Translation<'Address_Set'> = {
  table: 'Address_Set',
  ownsKey: { external_ids: ownsExternalId },
  byElement: ['addresses'],
  sources: [
    madeFrom(securityGroupAddressesKind, (facts) => families.map((family) => usedBy(facts, family))),
    madeFrom(addressGroupKind, (group) => families.map((family) => listedIn(group, family))),
  ],
};

const families: readonly Family[] = [4, 6];

/** Observed addresses have no revision. A controller that writes an older set sees the other's change, and reads anew. */
const unrevised = 0;

function usedBy({ id, addresses }: SecurityGroupAddressesFacts, family: Family): DesiredRow<'Address_Set'> {
  const owner = { kind: 'security-group-addresses', id };
  const texts = addresses.filter((text) => text.includes(':') === (family === 6));
  // Ports may share an address, such as that of a virtual router.
  return rowOf({ owner, name: addressSetName(id, family), addresses: [...new Set(texts)], revision: unrevised });
}

function listedIn({ id, addresses, revision }: AddressGroup, family: Family): DesiredRow<'Address_Set'> {
  const texts = addresses.filter((prefix) => prefixFamily(prefix) === family).map(textOf);
  return rowOf({ owner: { kind: 'address-group', id }, name: addressSetName(id, family), addresses: texts, revision });
}

interface SetOfAddresses {
  readonly owner: Key;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly revision: number;
}

function rowOf({ owner, name, addresses, revision }: SetOfAddresses): DesiredRow<'Address_Set'> {
  const about = owner.kind === 'address-group' ? 'neutron:address_group_id' : 'neutron:security_group_id';
  return {
    uuid: uuidOf(name),
    revision,
    columns: { name, addresses, external_ids: { ...labels(owner, revision), [about]: owner.id } },
  };
}

function textOf(prefix: Prefix): string {
  const isHost = prefix.length === familyBits(prefixFamily(prefix));
  return isHost ? formatAddress(prefix.address) : formatPrefix(prefix);
}
