import { ok } from '../base/index.ts';
import { familyBits, formatAddress, formatPrefix, type Prefix } from '../ip/index.ts';
import { type AttributeType, attributeTypes, type Json } from '../kit/index.ts';
import { type AddressPairRequest, portResource } from '../resources/index.ts';
import { attributesOf, type Extension } from './extension.ts';

const { addressOrPrefix, list, mac, object, shownSchema } = attributeTypes;

const pairs = list(object({ ip_address: addressOrPrefix, mac_address: mac }, ['mac_address']));

const pairRequests: AttributeType<readonly AddressPairRequest[]> = {
  schema: pairs.schema,
  shown: shownSchema(pairs),
  parse(value) {
    const parsed = pairs.parse(value ?? []);
    if (!parsed.ok) return parsed;
    return ok(parsed.value.map((pair) => ({ ipAddress: pair.ip_address, macAddress: pair.mac_address })));
  },
};

/** neutron-lib api/definitions/allowedaddresspairs.py */
export const allowedAddressPairs: Extension = {
  alias: 'allowed-address-pairs',
  name: 'Allowed Address Pairs',
  description: 'Provides allowed address pairs',
  updated: '2013-07-23T10:00:00-00:00',
  adds: [
    attributesOf(portResource, [
      {
        name: 'allowed_address_pairs',
        access: 'create-and-update',
        field: 'allowedAddressPairs',
        type: pairRequests,
        default: { value: [] },
        writableBy: 'parent-owner',
        read: (port) =>
          port.allowedAddressPairs.map(({ ipAddress, macAddress }) => ({
            ip_address: showPrefix(ipAddress),
            mac_address: macAddress,
          })),
      },
    ]),
  ],
};

/** A single address is shown without its length, as it is given. */
function showPrefix(shown: Prefix): Json {
  const isSingle = shown.length === familyBits(shown.address.family);
  return isSingle ? formatAddress(shown.address) : formatPrefix(shown);
}
