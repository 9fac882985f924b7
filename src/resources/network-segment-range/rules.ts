import { err, ok, type Result } from '../../base/index.ts';
import {
  badRequest,
  created,
  type Decision,
  invalidInput,
  type Problem,
  type ProjectId,
  type RuleContext,
  removed,
  updated,
} from '../../kit/index.ts';
import { asSegmentRange } from '../network/segment.ts';
import {
  type NetworkSegmentRange,
  type NetworkSegmentRangeInput,
  networkSegmentRangeTable,
} from './network-segment-range.ts';
import { defaultReadOnly, rangeInUse, rangesOverlap } from './refusals.ts';

type Outcome = Result<Decision<NetworkSegmentRange>, Problem>;

/** A new range for all projects, or for one. It has no identifier of another one of its type that was made by a request. */
export function decideCreate(
  input: NetworkSegmentRangeInput,
  others: readonly NetworkSegmentRange[],
  context: RuleContext,
): Outcome {
  const place = placeOf(input);
  if (!place.ok) return place;
  const range = { ...input, physicalNetwork: place.value, default: false };
  const wrong = checkBounds(range) ?? checkOverlap(range, others);
  if (wrong) return err(wrong);
  const owner = { ...context, projectId: range.shared ? ('' as ProjectId) : context.projectId };
  return ok(created(networkSegmentRangeTable, range, owner));
}

/** The physical network of VLANs; tunnels have none, whatever a request says. */
function placeOf({ networkType, physicalNetwork }: NetworkSegmentRangeInput): Result<string | undefined, Problem> {
  if (networkType !== 'vlan') return ok(undefined);
  if (physicalNetwork) return ok(physicalNetwork);
  const reason = "Network type vlan requires 'physical_network' to be specified while creating new range";
  return err(badRequest({ resource: 'network_segment_range', reason }));
}

type Bounded = Pick<NetworkSegmentRange, 'networkType' | 'physicalNetwork' | 'minimum' | 'maximum'>;

function checkBounds({ networkType, physicalNetwork, minimum, maximum }: Bounded): Problem | undefined {
  if (asSegmentRange(networkType, physicalNetwork, minimum, maximum)) return undefined;
  return invalidInput(`${minimum} to ${maximum} is no range of ${networkType} identifiers`);
}

function checkOverlap(range: Bounded, others: readonly NetworkSegmentRange[]): Problem | undefined {
  const ids = others.filter((other) => !other.default && overlaps(range, other)).map(({ id }) => id);
  return ids.length > 0 ? rangesOverlap({ ids }) : undefined;
}

function overlaps(one: Bounded, other: Bounded): boolean {
  const isBeside = one.networkType === other.networkType && one.physicalNetwork === other.physicalNetwork;
  return isBeside && one.minimum <= other.maximum && other.minimum <= one.maximum;
}

/** `used`: identifiers of the range that networks have, in order. `others`: all other ranges. */
export function decideUpdate(
  range: NetworkSegmentRange,
  input: Partial<NetworkSegmentRangeInput>,
  { used, others }: { readonly used: readonly number[]; readonly others: readonly NetworkSegmentRange[] },
  context: RuleContext,
): Outcome {
  if (range.default) return err(defaultReadOnly(range));
  const { minimum = range.minimum, maximum = range.maximum } = input;
  const [least, greatest] = [used.at(0), used.at(-1)];
  const isMoved = input.minimum !== undefined || input.maximum !== undefined;
  if (isMoved && least !== undefined && greatest !== undefined && (minimum >= least || maximum <= greatest))
    return err(rangeInUse(range));
  const after = { ...range, minimum, maximum };
  const wrong = checkBounds(after) ?? checkOverlap(after, others);
  return wrong ? err(wrong) : ok(updated(networkSegmentRangeTable, range, input, context));
}

/** A range goes when no network has an identifier of it. */
export function decideDelete(range: NetworkSegmentRange, isUsed: boolean): Outcome {
  if (range.default) return err(defaultReadOnly(range));
  return isUsed ? err(rangeInUse(range)) : ok(removed(networkSegmentRangeTable, range));
}
