import { err, ok } from '../../../base/index.ts';
import { familyBits, formatAddress, formatPrefix, type Mac, type Prefix } from '../../../ip/index.ts';
import {
  type Aspect,
  type AttributeType,
  attributeTypes,
  changeable,
  type Json,
  jsonText,
  type KeptType,
  storedPrefix,
} from '../../../kit/index.ts';
import { addressPairWithoutPortSecurity, duplicateAddressPair, tooManyAddressPairs } from '../refusals.ts';

const { addressOrPrefix, list, mac, object, shownSchema } = attributeTypes;

/** An address that a guest may use besides its fixed ones (neutron-lib api/definitions/allowedaddresspairs.py). */
export interface AllowedAddressPair {
  /** A single address is a prefix of full length. */
  readonly ipAddress: Prefix;
  readonly macAddress: Mac;
}

/** One of a client's `allowed_address_pairs`: addresses that the port may send from besides its own. */
export interface AddressPairRequest {
  readonly ipAddress: Prefix;
  /** Undefined: the port's own. */
  readonly macAddress: Mac | undefined;
}

const pairs = list(object({ ip_address: addressOrPrefix, mac_address: mac }, ['mac_address']));

const pairRequests: AttributeType<readonly AddressPairRequest[]> = {
  schema: pairs.schema,
  parse(value) {
    const parsed = pairs.parse(value ?? []);
    if (!parsed.ok) return parsed;
    return ok(parsed.value.map((pair) => ({ ipAddress: pair.ip_address, macAddress: pair.mac_address })));
  },
};

const pairList: KeptType<readonly AllowedAddressPair[]> = {
  schema: shownSchema(pairs),
  show: (value) => value.map((pair) => ({ ip_address: showPrefix(pair.ipAddress), mac_address: pair.macAddress })),
  column: { kind: 'text' },
  toColumn: (value) => jsonText(value.map(({ ipAddress, macAddress }) => [formatPrefix(ipAddress), macAddress])),
  fromColumn(value) {
    if (value === '[]') return noPairs;
    const kept = JSON.parse(String(value)) as readonly (readonly [string, Mac])[];
    return kept.map(([ipAddress, macAddress]) => ({ ipAddress: storedPrefix(ipAddress), macAddress }));
  },
};

const noPairs: readonly never[] = [];

const fields = {
  allowedAddressPairs: changeable(pairList, {
    given: pairRequests,
    default: [],
    writableBy: 'parent-owner',
    isUnfiltered: true,
  }),
};

interface Draft {
  readonly macAddress: Mac;
  readonly portSecurityEnabled: boolean;
}

/** neutron-lib api/definitions/allowedaddresspairs.py and its rules in neutron addresspair_db.py. */
export const addressPairs: Aspect<typeof fields, Draft, object> = {
  extension: {
    alias: 'allowed-address-pairs',
    name: 'Allowed Address Pairs',
    description: 'Provides allowed address pairs',
    updated: '2013-07-23T10:00:00-00:00',
  },
  fields,
  decide({ before, draft, input }, _world, { settings }) {
    const requests: readonly AddressPairRequest[] = input.allowedAddressPairs ?? before?.allowedAddressPairs ?? [];
    const maximum = settings.maxAllowedAddressPairs;
    if (requests.length === 0) return ok({ allowedAddressPairs: noPairs });
    if (!draft.portSecurityEnabled) return err(addressPairWithoutPortSecurity());
    if (requests.length > maximum) return err(tooManyAddressPairs({ maximum }));
    const allowedAddressPairs = requests.map((pair) => ({
      ipAddress: pair.ipAddress,
      macAddress: pair.macAddress ?? draft.macAddress,
    }));
    const double = findDouble(allowedAddressPairs);
    if (!double) return ok({ allowedAddressPairs });
    const ipAddress = formatAddress(double.ipAddress.address);
    return err(duplicateAddressPair({ macAddress: double.macAddress, ipAddress }));
  },
};

function findDouble(all: readonly AllowedAddressPair[]): AllowedAddressPair | undefined {
  const keys = all.map((pair) => `${formatPrefix(pair.ipAddress)} ${pair.macAddress}`);
  return all.find((_, index) => keys.indexOf(keys[index] ?? '') !== index);
}

/** A single address is shown without its length, as it is given. */
function showPrefix(shown: Prefix): Json {
  const isSingle = shown.length === familyBits(shown.address.family);
  return isSingle ? formatAddress(shown.address) : formatPrefix(shown);
}
