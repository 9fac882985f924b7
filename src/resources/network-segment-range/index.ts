import type { Resource } from '../../kit/index.ts';
import { needsDefaultRanges, readRanges } from './defaults.ts';
import {
  type NetworkSegmentRange,
  type NetworkSegmentRangeInput,
  networkSegmentRangeDefinition,
  networkSegmentRangeTable,
} from './network-segment-range.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';
import { readUsed, usageAttributes } from './usage.ts';

/** Serves `/v2.0/network_segment_ranges` to administrators. */
export const networkSegmentRangeResource: Resource<NetworkSegmentRange, NetworkSegmentRangeInput> = {
  table: networkSegmentRangeTable,
  definition: {
    ...networkSegmentRangeDefinition,
    attributes: [...networkSegmentRangeDefinition.attributes, ...usageAttributes],
  },
  extensions: [
    {
      alias: 'network-segment-range',
      name: 'Neutron Network Segment Range',
      description: 'Provides support for the network segment range management',
      updated: '2018-11-29T00:00:00-00:00',
    },
  ],
  policy: { get: 'admin', create: 'admin', update: 'admin', delete: 'admin' },
  visibleTo: () => ({ kind: 'any', of: [] }),
  prerequisite: needsDefaultRanges,
  // One may show a thousand identifiers.
  listPage: 10,
  create: async (input, { unscoped }, context) => decideCreate(input, await readRanges(unscoped), context),
  async update(range, input, { unscoped }, context) {
    const others = (await readRanges(unscoped)).filter(({ id }) => id !== range.id);
    return decideUpdate(range, input, { used: await readUsed(unscoped, range), others }, context);
  },
  remove: async (range, { unscoped }) => decideDelete(range, (await readUsed(unscoped, range)).length > 0),
};
