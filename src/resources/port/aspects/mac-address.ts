import { err, ok } from '../../../base/index.ts';
import { type Mac, parseMac } from '../../../ip/index.ts';
import {
  type Asked,
  type Aspect,
  attributeTypes,
  changeable,
  fieldTypes,
  findFreeValues,
  type Reader,
  type ResourceSettings,
  type RuleContext,
} from '../../../kit/index.ts';
import type { NetworkId, PortId } from '../../ids.ts';
import { macScope, pairedMacScope, pairedValue } from '../claims.ts';
import { macExhausted, macInUse, portBound } from '../refusals.ts';

const fields = {
  /** Unique on its network. */
  macAddress: changeable(fieldTypes.mac, {
    given: attributeTypes.orChosen(attributeTypes.mac),
    default: undefined,
    writableBy: 'parent-owner',
  }),
};

interface Draft {
  readonly id: PortId;
  readonly networkId: NetworkId;
  readonly hostId: string;
}

/** The MAC addresses that a port may get: a free one for a new port, and whether a wished one is taken. */
export interface MacWorld {
  /**
   * For a port that gets one: a MAC that the network doesn't have. Undefined when it has the one that the request names, or
   * all.
   */
  readonly macAddress?: Mac | undefined;
  /** Whether another port of the network has the MAC that a change asks for, as its own or by an address pair. */
  readonly isMacTaken?: boolean;
}

/**
 * The MAC is the client's choice, or generated below the operator's prefix: null asks for a new one. A bound port keeps it
 * (neutron-lib api/definitions/port_mac_address_regenerate.py).
 */
export const macAddress: Aspect<typeof fields, Draft, MacWorld> = {
  extension: {
    alias: 'port-mac-address-regenerate',
    name: 'Neutron Port MAC address regenerate',
    description: 'Network port MAC address regenerate',
    updated: '2018-05-03T10:00:00-00:00',
  },
  fields,
  async read(asked, reader, context) {
    const { before, input } = asked;
    const wanted = input.macAddress;
    if (!changesMac(asked)) return {};
    if (before && wanted) return { isMacTaken: await isTaken(reader, before, wanted) };
    const networkId = before?.networkId ?? (input.networkId as NetworkId);
    return { macAddress: await findMac(reader, networkId, wanted, context) };
  },
  decide({ before, draft: { networkId }, input }, { macAddress: free, isMacTaken = false }) {
    const wanted = input.macAddress;
    if (before && !changesMac({ before, input })) return ok({ macAddress: before.macAddress });
    if (before && before.hostId !== '') return err(portBound({ portId: before.id }));
    const named = isMacTaken ? undefined : wanted;
    const chosen = before && wanted ? named : free;
    if (chosen) return ok({ macAddress: chosen });
    return err(wanted ? macInUse({ networkId, macAddress: wanted }) : macExhausted({ networkId }));
  },
  claims: ({ networkId, macAddress }) => [{ scope: macScope(networkId), value: macAddress }],
  taken({ scope, value }) {
    const [kind, networkId = ''] = scope.split(':', 2);
    return kind === 'mac' ? macInUse({ networkId, macAddress: value }) : undefined;
  },
};

/** Whether a port gets a MAC: it is new, or the request names another one, or null. */
export function changesMac({
  before,
  input,
}: Asked<{ readonly macAddress: Mac }, { readonly macAddress: Mac | undefined }>): boolean {
  if (!before) return true;
  return 'macAddress' in input && input.macAddress !== before.macAddress;
}

async function findMac(
  reader: Reader,
  networkId: NetworkId,
  wanted: Mac | undefined,
  context: RuleContext,
): Promise<Mac | undefined> {
  const scope = macScope(networkId);
  if (wanted) return (await isTaken(reader, { networkId }, wanted)) ? undefined : wanted;
  // Whether an address pair has it is not asked, as that would cost each new port a statement. It is one in 16 million then,
  // and OVN delivers to the port whose own it is.
  const drawnBits = 4n * BigInt(drawnDigits(context.settings));
  const claimValue = (value: bigint) => generatedMac(value, context.settings);
  const [free] = await findFreeValues(
    reader,
    { scope, ranges: [{ first: 0n, last: (1n << drawnBits) - 1n }], claimValue },
    1,
    context,
  );
  return free === undefined ? undefined : claimValue(free);
}

/** Whether another port of the network has the MAC, or may send from it: then frames for it would find one of them only. */
async function isTaken(
  reader: Reader,
  { id, networkId }: Pick<Draft, 'networkId'> & Partial<Draft>,
  wanted: Mac,
): Promise<boolean> {
  if ((await reader.claimed(macScope(networkId), [wanted])).length > 0) return true;
  const [first, last] = [pairedValue(wanted, '' as PortId), pairedValue(wanted, '~' as PortId)];
  const paired = await reader.claimedBetween(pairedMacScope(networkId), first, last);
  return paired.some((value) => !id || value !== pairedValue(wanted, id));
}

/** How many of the twelve hexadecimal digits the operator leaves open. */
function drawnDigits({ macPrefix }: ResourceSettings): number {
  return 12 - macPrefix.replaceAll(':', '').length;
}

function generatedMac(value: bigint, settings: ResourceSettings): Mac {
  const digits = settings.macPrefix.replaceAll(':', '') + value.toString(16).padStart(drawnDigits(settings), '0');
  const generated = parseMac(digits.replace(/..(?=.)/g, '$&:'));
  if (!generated) throw new Error(`macPrefix ${settings.macPrefix} is not the beginning of a MAC`);
  return generated;
}
