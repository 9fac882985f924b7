import type { Brand, Uuid } from '../../base/index.ts';
import {
  attributeTypes,
  changeable,
  declare,
  type EntityOf,
  fieldTypes,
  fixed,
  type InputOf,
  readOnly,
} from '../../kit/index.ts';

const { boolean, integer, nullable, text, word } = fieldTypes;

/** The id of a range of segments. */
export type NetworkSegmentRangeId = Brand<Uuid, 'NetworkSegmentRangeId'>;

/** The largest identifier of any type, which is GRE's (RFC 2890). */
const segmentId = integer(1, 4_294_967_295);

/** neutron-lib api/definitions/network_segment_range.py */
const fields = {
  name: changeable(text(255), { default: '' }),
  /** Of the settings, which no request changes. */
  default: readOnly(boolean),
  /** For the networks of all projects, but those of a range of their own. */
  shared: fixed(boolean, { default: true }),
  networkType: fixed(word('geneve', 'gre', 'vlan', 'vxlan')),
  /** Of VLANs alone: a request may name it, or the empty text, for tunnels. */
  physicalNetwork: fixed(nullable(text(64)), { given: attributeTypes.orAbsent(text(64)), default: undefined }),
  minimum: changeable(segmentId),
  maximum: changeable(segmentId),
};

/** Identifiers that networks of a type get whose request names none. */
export type NetworkSegmentRange = EntityOf<typeof fields, NetworkSegmentRangeId>;
/** The attributes a client may give when it makes or changes a range, already parsed. */
export type NetworkSegmentRangeInput = InputOf<typeof fields>;

/** How ranges are stored, and how they look in the API, their use left out. */
export const { table: networkSegmentRangeTable, definition: networkSegmentRangeDefinition } = declare<
  typeof fields,
  NetworkSegmentRangeId
>({ name: 'network_segment_range', collection: 'network_segment_ranges', path: 'network_segment_ranges' }, fields);
