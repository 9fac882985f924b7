import { err, ok } from '../../../base/index.ts';
import { type Mac, parseMac } from '../../../ip/index.ts';
import {
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
  /** For a new port: a MAC that the network doesn't have. Undefined when it has the one that the request names, or all. */
  readonly macAddress?: Mac | undefined;
  /** Whether another port of the network has the MAC that a change asks for, as its own or by an address pair. */
  readonly isMacTaken?: boolean;
}

/** The MAC is the client's choice, or generated below the operator's prefix. A bound port keeps it. */
export const macAddress: Aspect<typeof fields, Draft, MacWorld> = {
  fields,
  async read({ before, input }, reader, context) {
    const wanted = input.macAddress;
    if (!before) return { macAddress: await findMac(reader, input.networkId as NetworkId, wanted, context) };
    if (wanted === undefined || wanted === before.macAddress) return {};
    return { isMacTaken: await isTaken(reader, before, wanted) };
  },
  decide({ before, draft, input }, world) {
    const { networkId } = draft;
    const wanted = input.macAddress;
    if (!before) {
      if (world.macAddress) return ok({ macAddress: world.macAddress });
      return err(wanted ? macInUse({ networkId, macAddress: wanted }) : macExhausted({ networkId }));
    }
    if (wanted === undefined || wanted === before.macAddress) return ok({ macAddress: before.macAddress });
    if (before.hostId !== '') return err(portBound({ portId: before.id }));
    return world.isMacTaken ? err(macInUse({ networkId, macAddress: wanted })) : ok({ macAddress: wanted });
  },
  claims: ({ networkId, macAddress }) => [{ scope: macScope(networkId), value: macAddress }],
  taken({ scope, value }) {
    const [kind, networkId = ''] = scope.split(':', 2);
    return kind === 'mac' ? macInUse({ networkId, macAddress: value }) : undefined;
  },
};

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
