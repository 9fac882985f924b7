import { err, ok } from '../../../base/index.ts';
import {
  familyBits,
  formatAddress,
  formatPrefix,
  isMulticastMac,
  type Mac,
  type Prefix,
  parsePrefix,
  prefixContainsPrefix,
} from '../../../ip/index.ts';
import {
  type Aspect,
  type AttributeType,
  attributeTypes,
  changeable,
  invalidAttribute,
  type Json,
  jsonText,
  type KeptType,
  storedPrefix,
} from '../../../kit/index.ts';
import type { NetworkId, PortId } from '../../ids.ts';
import { macScope, pairedMacScope, pairedValue } from '../claims.ts';
import { addressPairWithoutPortSecurity, duplicateAddressPair, macInUse, tooManyAddressPairs } from '../refusals.ts';

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

/** Of these, no address is ever the source of a packet that a host forwards or accepts. RFC 4291 §2.5, §2.7; RFC 1122 §3.2.1.3. */
const neverSources = ['ff00::/8', '::/128', '::1/128', '::ffff:0:0/96', '224.0.0.0/4', '0.0.0.0/8', '127.0.0.0/8']
  .concat('255.255.255.255/32')
  .map(parsePrefix)
  .filter((prefix) => prefix !== undefined);

const sources = thatIsSource(addressOrPrefix, (prefix) =>
  neverSources.some((never) => prefixContainsPrefix(never, prefix)),
);

const pairs = list(object({ ip_address: sources, mac_address: thatIsSource(mac, isMulticastMac) }, ['mac_address']));

/** The type without what no packet can come from. Neutron takes that, too: DEVIATION(ADR-0008). */
function thatIsSource<T>(type: AttributeType<T>, isNever: (value: T) => boolean): AttributeType<T> {
  return {
    ...type,
    parse(value) {
      const parsed = type.parse(value);
      if (!parsed.ok || !isNever(parsed.value)) return parsed;
      return err(invalidAttribute(`'${String(value)}' is never the source of a packet`));
    },
  };
}

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
  readonly id: PortId;
  readonly networkId: NetworkId;
  readonly macAddress: Mac;
  readonly portSecurityEnabled: boolean;
}

/** What the rule of address pairs must know. */
export interface PairsWorld {
  /** Those of the MACs which the request brings to the port that are another port's own. */
  readonly foreignMacs?: readonly string[];
}

/**
 * neutron-lib api/definitions/allowedaddresspairs.py and its rules in neutron addresspair_db.py. DEVIATION(ADR-0008): a MAC
 * that another port of the network has is refused, as frames for it find one port.
 */
export const addressPairs: Aspect<typeof fields, Draft, PairsWorld> = {
  extension: {
    alias: 'allowed-address-pairs',
    name: 'Allowed Address Pairs',
    description: 'Provides allowed address pairs',
    updated: '2013-07-23T10:00:00-00:00',
  },
  fields,
  async read({ before, input }, reader) {
    const networkId = before?.networkId ?? input.networkId;
    const known = new Set([before?.macAddress, ...(before?.allowedAddressPairs ?? []).map((pair) => pair.macAddress)]);
    const named = (input.allowedAddressPairs ?? []).flatMap(({ macAddress }) => macAddress ?? []);
    const asked = [...new Set(named)].filter((one) => !known.has(one));
    if (asked.length === 0 || !networkId) return {};
    return { foreignMacs: await reader.claimed(macScope(networkId), asked) };
  },
  decide({ before, draft, input }, { foreignMacs = [] }, { settings }) {
    const requests: readonly AddressPairRequest[] = input.allowedAddressPairs ?? before?.allowedAddressPairs ?? [];
    const maximum = settings.maxAllowedAddressPairs;
    if (requests.length === 0) return ok({ allowedAddressPairs: noPairs });
    if (!draft.portSecurityEnabled) return err(addressPairWithoutPortSecurity());
    if (requests.length > maximum) return err(tooManyAddressPairs({ maximum }));
    const allowedAddressPairs = requests.map((pair) => ({
      ipAddress: pair.ipAddress,
      macAddress: pair.macAddress ?? draft.macAddress,
    }));
    const [foreign] = foreignMacs;
    if (foreign !== undefined) return err(macInUse({ networkId: draft.networkId, macAddress: foreign }));
    const double = findDouble(allowedAddressPairs);
    if (!double) return ok({ allowedAddressPairs });
    const ipAddress = formatAddress(double.ipAddress.address);
    return err(duplicateAddressPair({ macAddress: double.macAddress, ipAddress }));
  },
  claims({ id, networkId, macAddress, allowedAddressPairs }) {
    const others = new Set(allowedAddressPairs.map((pair) => pair.macAddress));
    others.delete(macAddress);
    return [...others].map((other) => ({ scope: pairedMacScope(networkId), value: pairedValue(other, id) }));
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
