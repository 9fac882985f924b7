import { err, listDifference, ok } from '../../../base/index.ts';
import { formatAddress, formatPrefix, type Mac } from '../../../ip/index.ts';
import { type Aspect, changeable } from '../../../kit/index.ts';
import type { NetworkId, PortId } from '../../ids.ts';
import {
  type AddressPairRequest,
  type AllowedAddressPair,
  pairList,
  pairRequests,
  singleAddresses,
} from '../address-pair.ts';
import { macScope, pairedMacScope, pairedValue, pairScope } from '../claims.ts';
import { addressPairWithoutPortSecurity, duplicateAddressPair, macInUse, tooManyAddressPairs } from '../refusals.ts';

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
  /** Those of the MACs which the request brings to the port that are another port's own, and not the project's to share. */
  readonly foreignMacs?: readonly string[];
}

/**
 * neutron-lib api/definitions/allowedaddresspairs.py and its rules in neutron addresspair_db.py. DEVIATION(ADR-0008): a MAC
 * that another project's port has, or a router's, is refused, as frames for it find that port.
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
    if (requests.length === 0) return ok({ allowedAddressPairs: [] });
    if (!draft.portSecurityEnabled) return err(addressPairWithoutPortSecurity());
    if (requests.length > maximum) return err(tooManyAddressPairs({ maximum }));
    const allowedAddressPairs = requests.map((pair) => ({ ...pair, macAddress: pair.macAddress ?? draft.macAddress }));
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
    const paired = [...others].map((other) => ({ scope: pairedMacScope(networkId), value: pairedValue(other, id) }));
    const singles = pairScopes({ networkId, allowedAddressPairs });
    return [...paired, ...singles.map((scope) => ({ scope, value: id }))];
  },
  // Another port may have the address for its own, so that NB says otherwise of that one.
  dirty(before, after) {
    const { gone, come } = listDifference(pairScopes(before), pairScopes(after));
    return [...gone, ...come].map((id) => ({ kind: 'paired-address', id }));
  },
};

type Paired = Pick<Draft, 'networkId'> & { readonly allowedAddressPairs: readonly AllowedAddressPair[] };

/** One for each address that a pair names by itself. */
function pairScopes(port: Paired | undefined): readonly string[] {
  if (!port) return [];
  return singleAddresses(port.allowedAddressPairs).map((address) => pairScope(port.networkId, address));
}

function findDouble(all: readonly AllowedAddressPair[]): AllowedAddressPair | undefined {
  const keys = all.map((pair) => `${formatPrefix(pair.ipAddress)} ${pair.macAddress}`);
  return all.find((_, index) => keys.indexOf(keys[index] ?? '') !== index);
}
