import {
  type Change,
  deleteRow,
  firstRevision,
  insertRow,
  type Prerequisite,
  type ProjectId,
  type Reader,
  type RuleContext,
} from '../../kit/index.ts';
import { defaultRanges, type SegmentRange } from '../network/segment.ts';
import {
  type NetworkSegmentRange,
  type NetworkSegmentRangeId,
  networkSegmentRangeTable,
} from './network-segment-range.ts';

/** All ranges, those of the settings among them, as far as these were made. */
export function readRanges(reader: Reader): Promise<readonly NetworkSegmentRange[]> {
  return reader.list(networkSegmentRangeTable, { where: { kind: 'all', of: [] } });
}

/** Has the ranges of the settings shown as ranges: they are made, and others of earlier settings end, before a list. */
export const needsDefaultRanges: Prerequisite = {
  before: ['list', 'create'],
  async missing(reader, context) {
    const wanted = defaultRanges(context.settings);
    const present = (await readRanges(reader)).filter((range) => range.default);
    const gone = present.filter((range) => !wanted.some((each) => isSame(each, range)));
    const come = wanted.filter((each) => !present.some((range) => isSame(each, range)));
    const changes: readonly Change[] = [
      ...gone.map(({ id }) => deleteRow(networkSegmentRangeTable, id)),
      ...come.map((each) => insertRow(networkSegmentRangeTable, defaultRange(each, context))),
    ];
    return changes.length > 0 ? { changes, dirty: [] } : undefined;
  },
};

function isSame(wanted: SegmentRange, range: NetworkSegmentRange): boolean {
  return (
    wanted.networkType === range.networkType &&
    wanted.physicalNetwork === range.physicalNetwork &&
    wanted.first === range.minimum &&
    wanted.last === range.maximum
  );
}

function defaultRange(
  { networkType, physicalNetwork, first, last }: SegmentRange,
  { newId, now }: RuleContext,
): NetworkSegmentRange {
  return {
    ...firstRevision(now),
    id: newId() as NetworkSegmentRangeId,
    projectId: '' as ProjectId,
    name: '',
    description: '',
    tags: [],
    default: true,
    shared: true,
    networkType,
    physicalNetwork,
    minimum: first,
    maximum: last,
  };
}
