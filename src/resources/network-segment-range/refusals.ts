import { refusal } from '../../kit/index.ts';
import type { NetworkSegmentRangeId } from './network-segment-range.ts';

/* Names of exceptions and messages: neutron-lib exceptions/network_segment_range.py */

/** Given for a change of a range that the settings name. */
export const defaultReadOnly = refusal<{ readonly id: NetworkSegmentRangeId }>('default-range', {
  status: 400,
  type: 'NetworkSegmentRangeDefaultReadOnly',
  message: ({ id }) => `Network Segment Range ${id} is a default segment range which could not be updated or deleted.`,
});

/** Given when networks have segments of a range that is to go, or to be without them. */
export const rangeInUse = refusal<{ readonly id: NetworkSegmentRangeId }>('range-in-use', {
  status: 409,
  type: 'NetworkSegmentRangeReferencedByProject',
  message: ({ id }) => `Network Segment Range ${id} is referenced by one or more tenant networks.`,
});

/** Given when two ranges of a type, and of a physical network, would have an identifier in common. */
export const rangesOverlap = refusal<{ readonly ids: readonly string[] }>('ranges-overlap', {
  status: 409,
  type: 'NetworkSegmentRangeOverlaps',
  message: ({ ids }) => `Network segment range overlaps with range(s) with id ${ids.join(', ')}`,
});
