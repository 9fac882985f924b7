import type { Json, Reader } from '../../kit/index.ts';
import { shownFrom } from '../../kit/index.ts';
import { networkTable } from '../network/network.ts';
import { idOfSegmentClaim, segmentClaim } from '../network/segment.ts';
import type { NetworkSegmentRange } from './network-segment-range.ts';

/** The claims of networks on the identifiers of a range, in order. */
export async function readClaims(reader: Reader, range: NetworkSegmentRange) {
  const { scope, value: first } = segmentClaim(range.networkType, range.physicalNetwork, range.minimum);
  const { value: last } = segmentClaim(range.networkType, range.physicalNetwork, range.maximum);
  return { scope, values: await reader.claimedBetween(scope, first, last) };
}

/** The identifiers of a range that networks have, in order. */
export async function readUsed(reader: Reader, range: NetworkSegmentRange): Promise<readonly number[]> {
  return (await readClaims(reader, range)).values.map(idOfSegmentClaim);
}

/** The most that `available` shows: a range of VXLAN may have 16 million. DEVIATION(ADR-0008): Neutron shows all. */
const shownAvailable = 1_000;

/** `used`: the project of the network that has an identifier. `available`: identifiers that no network has. */
export const usageAttributes = [
  shownFrom<NetworkSegmentRange>(
    { name: 'used', schema: { type: 'object', additionalProperties: { type: 'string' } }, none: {} },
    (ranges, reader) => forEach(ranges, (range) => usedBy(reader, range)),
  ),
  shownFrom<NetworkSegmentRange>(
    { name: 'available', schema: { type: 'array', items: { type: 'integer' } }, none: [] },
    (ranges, reader) => forEach(ranges, async (range) => available(range, await readUsed(reader, range))),
  ),
];

async function forEach(
  ranges: readonly NetworkSegmentRange[],
  show: (range: NetworkSegmentRange) => Promise<Json>,
): Promise<ReadonlyMap<string, Json>> {
  const shown = new Map<string, Json>();
  for (const range of ranges) shown.set(range.id, await show(range));
  return shown;
}

async function usedBy(reader: Reader, range: NetworkSegmentRange): Promise<Json> {
  const networks = await reader.list(networkTable, { where: { kind: 'claims', ...(await readClaims(reader, range)) } });
  return Object.fromEntries(networks.map(({ segmentationId, projectId }) => [String(segmentationId), projectId]));
}

function available({ minimum, maximum }: NetworkSegmentRange, used: readonly number[]): readonly number[] {
  const taken = new Set(used);
  const free: number[] = [];
  for (let id = minimum; id <= maximum && free.length < shownAvailable; id++) if (!taken.has(id)) free.push(id);
  return free;
}
