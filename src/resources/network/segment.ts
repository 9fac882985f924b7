import { err, ok, type Result } from '../../base/index.ts';
import {
  type Claim,
  findFreeValues,
  invalidInput,
  type Problem,
  type Reader,
  type ResourceSettings,
  type RuleContext,
} from '../../kit/index.ts';
import { flatNetworkInUse, tunnelIdInUse, vlanIdInUse } from './refusals.ts';

/** The ways in which a network's frames go from host to host (neutron-lib constants.py `TYPE_*`). */
export type NetworkType = 'flat' | 'geneve' | 'gre' | 'local' | 'vlan' | 'vxlan';

/** Whether hosts carry networks of the type: OVN's tunnels are Geneve's, and no network reaches a physical one yet. */
export function isCarried(networkType: NetworkType): boolean {
  return networkType === 'geneve' || networkType === 'local';
}

/** Identifiers that networks may get: of a tunnel, or of the VLANs of one physical network. */
export interface SegmentRange {
  readonly networkType: 'geneve' | 'gre' | 'vlan' | 'vxlan';
  /** Of VLANs alone. */
  readonly physicalNetwork?: string;
  /** Both ends belong to it. */
  readonly first: number;
  readonly last: number;
}

/** What an administrator says of the segment of a network, which may be nothing. */
export interface AskedSegment {
  readonly networkType: string | undefined;
  readonly physicalNetwork: string | undefined;
  readonly segmentationId: number | undefined;
}

/** What of it is certain. Undefined: the service chooses, where the type has such a thing. */
export interface SegmentRequest {
  readonly networkType: NetworkType;
  readonly physicalNetwork: string | undefined;
  readonly segmentationId: number | undefined;
}

/** The least and the largest identifier of each type: IEEE 802.1Q, RFC 7348, RFC 2890; for Geneve see `Network.tunnelKey`. */
const segmentBounds = {
  geneve: { first: 1, last: 65_535 },
  gre: { first: 1, last: 4_294_967_295 },
  vlan: { first: 1, last: 4_094 },
  vxlan: { first: 1, last: 16_777_215 },
} as const satisfies Record<SegmentRange['networkType'], { first: number; last: number }>;

/** A range of identifiers that the type has; undefined for others. VLANs are those of a physical network, and only they. */
export function asSegmentRange(
  networkType: string,
  physicalNetwork: string | undefined,
  first: number,
  last: number,
): SegmentRange | undefined {
  if (!isRanged(networkType) || (networkType === 'vlan') !== (physicalNetwork !== undefined)) return undefined;
  const bounds = segmentBounds[networkType];
  if (first < bounds.first || last > bounds.last || first > last) return undefined;
  return { networkType, ...(physicalNetwork !== undefined && { physicalNetwork }), first, last };
}

function isRanged(networkType: string): networkType is SegmentRange['networkType'] {
  return networkType in segmentBounds;
}

/** The ranges of the settings: for Geneve, which every network has that asks for none, all there are unless some are set. */
export function defaultRanges({ segmentRanges }: ResourceSettings): readonly SegmentRange[] {
  if (segmentRanges.some(({ networkType }) => networkType === 'geneve')) return segmentRanges;
  return [{ networkType: 'geneve', ...segmentBounds.geneve }, ...segmentRanges];
}

/** Where a project's networks may get their segments. */
export interface SegmentSpace {
  /** Tried before the others. */
  readonly own: readonly SegmentRange[];
  readonly shared: readonly SegmentRange[];
  /** Physical networks that may have a flat network; `*`: any. */
  readonly flatNetworks: readonly string[];
}

/** Refuses what ML2's type drivers refuse (neutron plugins/ml2/drivers/type_*.py `validate_provider_segment`). */
export function checkSegment(asked: AskedSegment, space: SegmentSpace): Result<SegmentRequest, Problem> {
  const { networkType, physicalNetwork, segmentationId } = asked;
  if (networkType === undefined) {
    if (physicalNetwork !== undefined || segmentationId !== undefined)
      return err(invalidInput('network_type required'));
    return ok({ networkType: 'geneve', physicalNetwork, segmentationId });
  }
  if (!isSupported(networkType, space)) return err(invalidInput(`network_type value '${networkType}' not supported`));
  const wrong = checks[networkType]({ physicalNetwork, segmentationId }, space);
  return wrong === undefined ? ok({ networkType, physicalNetwork, segmentationId }) : err(invalidInput(wrong));
}

function isSupported(networkType: string, { own, shared, flatNetworks }: SegmentSpace): networkType is NetworkType {
  if (networkType === 'local') return true;
  if (networkType === 'flat') return flatNetworks.length > 0;
  return [...own, ...shared].some((range) => range.networkType === networkType);
}

type Check = (asked: Omit<SegmentRequest, 'networkType'>, space: SegmentSpace) => string | undefined;

const checks: Readonly<Record<NetworkType, Check>> = {
  local: ({ physicalNetwork, segmentationId }) =>
    prohibited({ physical_network: physicalNetwork, segmentation_id: segmentationId }, 'local'),
  flat: ({ physicalNetwork, segmentationId }, { flatNetworks }) => {
    if (physicalNetwork === undefined) return 'physical_network required for flat provider network';
    if (!flatNetworks.includes('*') && !flatNetworks.includes(physicalNetwork))
      return `physical_network '${physicalNetwork}' unknown for flat provider network`;
    return prohibited({ segmentation_id: segmentationId }, 'flat');
  },
  vlan: ({ physicalNetwork, segmentationId }, { own, shared }) => {
    if (physicalNetwork === undefined)
      return segmentationId === undefined
        ? undefined
        : 'segmentation_id requires physical_network for VLAN provider network';
    if (![...own, ...shared].some((range) => range.physicalNetwork === physicalNetwork))
      return `physical_network '${physicalNetwork}' unknown for VLAN provider network`;
    return outOfRange('vlan', segmentationId);
  },
  geneve: checkTunnel('geneve'),
  gre: checkTunnel('gre'),
  vxlan: checkTunnel('vxlan'),
};

function checkTunnel(networkType: 'geneve' | 'gre' | 'vxlan'): Check {
  return ({ physicalNetwork, segmentationId }) =>
    physicalNetwork === undefined
      ? outOfRange(networkType, segmentationId)
      : `provider:physical_network specified for ${networkType} network`;
}

function prohibited(asked: Readonly<Record<string, unknown>>, networkType: NetworkType): string | undefined {
  const [name] = Object.entries(asked).find(([, value]) => value !== undefined) ?? [];
  return name && `${name} prohibited for ${networkType} provider network`;
}

/** What is wrong with an identifier that the type does not have. */
export function outOfRange(
  networkType: keyof typeof segmentBounds,
  segmentationId: number | undefined,
): string | undefined {
  const { first, last } = segmentBounds[networkType];
  if (segmentationId === undefined || (first <= segmentationId && segmentationId <= last)) return undefined;
  return `segmentation_id out of range (${first} through ${last})`;
}

/** A network's segment: its claims say that it is the only one there. */
export interface Segment {
  readonly networkType: NetworkType;
  readonly physicalNetwork: string | undefined;
  readonly segmentationId: number | undefined;
  /** OVN's key of the network's datapath: with Geneve, the identifier on the wire. */
  readonly tunnelKey: number;
}

/** The keys of datapaths whose networks have another type. OVN allows 24 bits, and takes its own from the lower end. */
const hiddenKeys = { first: 65_536, last: 131_071 };

/** Finds what a request leaves open. Undefined, where nothing is left of it. */
export async function readSegment(
  reader: Reader,
  request: SegmentRequest,
  space: SegmentSpace,
  context: RuleContext,
): Promise<Segment | undefined> {
  const filled =
    (await fill(reader, request, space.own, context)) ?? (await fill(reader, request, space.shared, context));
  if (!filled) return undefined;
  const { networkType, segmentationId } = filled;
  const tunnelKey =
    networkType === 'geneve' ? segmentationId : await findFree(reader, tunnelKeyScope, [hiddenKeys], context);
  return tunnelKey === undefined ? undefined : { ...filled, tunnelKey };
}

async function fill(
  reader: Reader,
  request: SegmentRequest,
  all: readonly SegmentRange[],
  context: RuleContext,
): Promise<SegmentRequest | undefined> {
  const { networkType, physicalNetwork, segmentationId } = request;
  if (networkType === 'local' || networkType === 'flat' || segmentationId !== undefined) return request;
  const ranges = all.filter((range) => range.networkType === networkType);
  const known = new Set(ranges.map((range) => range.physicalNetwork));
  for (const place of physicalNetwork === undefined ? known : [physicalNetwork]) {
    const there = ranges.filter((range) => range.physicalNetwork === place);
    const free = await findFree(reader, scopeOf(networkType, place), there, context);
    if (free !== undefined) return { networkType, physicalNetwork: place, segmentationId: free };
  }
  return undefined;
}

async function findFree(
  reader: Reader,
  scope: string,
  ranges: readonly Pick<SegmentRange, 'first' | 'last'>[],
  context: RuleContext,
): Promise<number | undefined> {
  const values = {
    scope,
    ranges: ranges.map(({ first, last }) => ({ first: BigInt(first), last: BigInt(last) })),
    claimValue: (value: bigint) => idText(scope, Number(value)),
  };
  const [free] = await findFreeValues(reader, values, 1, context);
  return free === undefined ? undefined : Number(free);
}

const tunnelKeyScope = 'geneve';
const flatScope = 'segment:flat';

function scopeOf(networkType: NetworkType, physicalNetwork: string | undefined): string {
  if (networkType === 'geneve') return tunnelKeyScope;
  return physicalNetwork === undefined ? `segment:${networkType}` : `segment:${networkType}:${physicalNetwork}`;
}

/** An identifier as a claim's value: the order of the text is that of the numbers. */
function idText(scope: string, id: number): string {
  return String(id).padStart(scope === tunnelKeyScope ? 8 : 10, '0');
}

/** The claim on an identifier of a type, or of the VLANs of a physical network. */
export function segmentClaim(networkType: NetworkType, physicalNetwork: string | undefined, id: number): Claim {
  const scope = scopeOf(networkType, physicalNetwork);
  return { scope, value: idText(scope, id) };
}

/** The identifier that a value of {@link segmentClaim} says. */
export function idOfSegmentClaim(value: string): number {
  return Number(value);
}

/** The key of the datapath, and the place on a physical network or in a tunnel. */
export function segmentClaims({ networkType, physicalNetwork, segmentationId, tunnelKey }: Segment): readonly Claim[] {
  const key = { scope: tunnelKeyScope, value: idText(tunnelKeyScope, tunnelKey) };
  if (networkType === 'flat') return [key, { scope: flatScope, value: physicalNetwork ?? '' }];
  if (networkType === 'geneve' || segmentationId === undefined) return [key];
  return [key, segmentClaim(networkType, physicalNetwork, segmentationId)];
}

/** The refusal of a segment that another network has. */
export function segmentTaken({ scope, value }: Claim): Problem | undefined {
  if (scope === flatScope) return flatNetworkInUse({ physicalNetwork: value });
  const [, vlan] = /^segment:vlan:(.*)$/.exec(scope) ?? [];
  if (vlan !== undefined) return vlanIdInUse({ vlanId: Number(value), physicalNetwork: vlan });
  return scope === tunnelKeyScope || scope.startsWith('segment:')
    ? tunnelIdInUse({ tunnelId: Number(value) })
    : undefined;
}
