import type { ProjectId, Reader, ResourceSettings } from '../../kit/index.ts';
import { type NetworkSegmentRange, networkSegmentRangeTable } from '../network-segment-range/network-segment-range.ts';
import { defaultRanges, type SegmentRange, type SegmentSpace } from './segment.ts';

/** Reads the ranges that a project's networks may have: its own, and those of all but what other projects have for themselves. */
export async function readSegmentSpace(
  reader: Reader,
  projectId: ProjectId,
  settings: ResourceSettings,
): Promise<SegmentSpace> {
  // What the settings say holds, whether or not somebody has listed it already.
  const made = await reader.list(networkSegmentRangeTable, { where: { kind: 'in', column: 'default', values: [0] } });
  return segmentSpaceOf(made, projectId, settings);
}

/** The ranges of a project, of these ranges and of the settings. */
export function segmentSpaceOf(
  made: readonly NetworkSegmentRange[],
  projectId: ProjectId,
  settings: ResourceSettings,
): SegmentSpace {
  const isOwn = (range: NetworkSegmentRange) => !range.shared && range.projectId === projectId;
  const others = made.filter((range) => !range.shared && !isOwn(range)).map(asSegments);
  const shared = [...defaultRanges(settings), ...made.filter((range) => range.shared).map(asSegments)];
  return {
    own: made.filter(isOwn).map(asSegments),
    shared: others.reduce((left, other) => left.flatMap((range) => without(range, other)), shared),
    flatNetworks: settings.flatNetworks,
  };
}

function asSegments({ networkType, physicalNetwork, minimum, maximum }: NetworkSegmentRange): SegmentRange {
  return { networkType, ...(physicalNetwork !== undefined && { physicalNetwork }), first: minimum, last: maximum };
}

function without(range: SegmentRange, other: SegmentRange): readonly SegmentRange[] {
  const isBeside = range.networkType === other.networkType && range.physicalNetwork === other.physicalNetwork;
  if (!isBeside || other.last < range.first || range.last < other.first) return [range];
  const below = { ...range, last: other.first - 1 };
  const above = { ...range, first: other.last + 1 };
  return [below, above].filter(({ first, last }) => first <= last);
}
