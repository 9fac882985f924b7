import { err, ok } from '../../base/index.ts';
import {
  type Address,
  familyBits,
  formatAddress,
  formatPrefix,
  isMulticastMac,
  type Mac,
  type Prefix,
  parseAddress,
  parsePrefix,
  prefixContainsPrefix,
} from '../../ip/index.ts';
import {
  type AttributeType,
  attributeTypes,
  invalidAttribute,
  jsonText,
  type KeptType,
  showValue,
  storedPrefix,
} from '../../kit/index.ts';
import { addressPairWithoutAddress } from './refusals.ts';

const { addressOrPrefix, list, mac, object, openObject, shownSchema } = attributeTypes;

/** An address that a guest may use besides its fixed ones (neutron-lib api/definitions/allowedaddresspairs.py). */
export interface AllowedAddressPair {
  /** A single address is a prefix of full length. */
  readonly ipAddress: Prefix;
  /** How it is shown, where the client wrote it with host bits, or a single address with its length. */
  readonly written?: string;
  readonly macAddress: Mac;
}

/** One of a client's `allowed_address_pairs`: addresses that the port may send from besides its own. */
export interface AddressPairRequest extends Pick<AllowedAddressPair, 'ipAddress' | 'written'> {
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

const pairFields = { mac_address: thatIsSource(mac, isMulticastMac), ip_address: asWritten(sources) };
const strictPair = object(pairFields, ['mac_address']);
const openPair = openObject(pairFields, ['mac_address', 'ip_address']);

/** A pair without an address is refused as such, whatever else it holds (neutron-lib `_validate_allowed_address_pairs`). */
export const pairRequests = list<AddressPairRequest>({
  schema: strictPair.schema,
  shown: shownSchema(strictPair),
  parse(value) {
    const parsed = openPair.parse(value);
    if (!parsed.ok) return parsed;
    if (parsed.value.ip_address === undefined) return err(addressPairWithoutAddress());
    const pair = strictPair.parse(value);
    return pair.ok ? ok({ ...pair.value.ip_address, macAddress: pair.value.mac_address }) : pair;
  },
});

/** Keeps, beside the prefix, how the client wrote it: those who compare what they sent must find no difference. */
function asWritten(type: AttributeType<Prefix>): AttributeType<Pick<AllowedAddressPair, 'ipAddress' | 'written'>> {
  return {
    ...type,
    parse(value) {
      const parsed = type.parse(value);
      if (!parsed.ok) return parsed;
      const ipAddress = parsed.value;
      const [first = '', length] = String(value).split('/', 2);
      const address = formatAddress(parseAddress(first) ?? ipAddress.address);
      const written = length === undefined ? address : `${address}/${Number(length)}`;
      return ok(written === showPrefix(ipAddress) ? { ipAddress } : { ipAddress, written });
    },
  };
}

/** The type without what no packet can come from. Neutron takes that, too: DEVIATION(ADR-0008). */
function thatIsSource<T>(type: AttributeType<T>, isNever: (value: T) => boolean): AttributeType<T> {
  return {
    ...type,
    parse(value) {
      const parsed = type.parse(value);
      if (!parsed.ok || !isNever(parsed.value)) return parsed;
      return err(invalidAttribute(`'${showValue(value)}' is never the source of a packet`));
    },
  };
}

/** Rows hold `[["<prefix>","<MAC>"],...]`, with a third text where the client wrote the prefix in another way. */
export const pairList: KeptType<readonly AllowedAddressPair[]> = {
  schema: shownSchema(pairRequests),
  show: (value) =>
    value.map(({ ipAddress, written = showPrefix(ipAddress), macAddress }) => ({
      ip_address: written,
      mac_address: macAddress,
    })),
  column: { kind: 'text' },
  toColumn: (value) =>
    jsonText(
      value.map(({ ipAddress, macAddress, written }) => [
        formatPrefix(ipAddress),
        macAddress,
        ...(written ? [written] : []),
      ]),
    ),
  fromColumn(value) {
    if (value === '[]') return noPairs;
    const kept = JSON.parse(String(value)) as readonly (readonly [string, Mac, string?])[];
    return kept.map(([ipAddress, macAddress, written]) => ({
      ipAddress: storedPrefix(ipAddress),
      macAddress,
      ...(written !== undefined && { written }),
    }));
  },
};

const noPairs: readonly never[] = [];

/** A single address is shown without its length, as it is given. */
function showPrefix(shown: Prefix): string {
  const isSingle = shown.length === familyBits(shown.address.family);
  return isSingle ? formatAddress(shown.address) : formatPrefix(shown);
}

/** The addresses that pairs name by themselves, each once. Of a longer range a port has none before it uses it. */
export function singleAddresses(all: readonly AllowedAddressPair[]): readonly Address[] {
  const singles = all.flatMap(({ ipAddress: { address, length } }) =>
    length === familyBits(address.family) ? [address] : [],
  );
  return [...new Map(singles.map((address) => [formatAddress(address), address])).values()];
}
