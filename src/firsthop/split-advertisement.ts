import { encodeNdOptions, type NdOption, type RouterAdvertisement } from '../packet/index.ts';

/** RFC 8200 §5: what every link carries. A guest's own MTU may be less than its network's. */
const minimumMtuBytes = 1280;
/** Of IPv6, and of the RA up to its options (RFC 4861 §4.2). */
const headerBytes = 40 + 16;

/**
 * The advertisement as the several ones that it takes to fit the link, each with a part of the options (RFC 4861
 * §6.2.3). All have the fixed fields, the router's link-layer address and the MTU; what fits is left as it is.
 */
export function splitAdvertisement(message: RouterAdvertisement, mtuBytes: number): readonly RouterAdvertisement[] {
  const common = message.options.filter(isCommon);
  const roomBytes = Math.min(mtuBytes, minimumMtuBytes) - headerBytes - bytesOf(common);
  const options = message.options.filter((option) => !isCommon(option)).flatMap((option) => fit(option, roomBytes));
  return pack(options, roomBytes).map((part) => ({ ...message, options: [...common, ...part] }));
}

function isCommon({ kind }: NdOption): boolean {
  return kind === 'source-link-layer-address' || kind === 'mtu';
}

function bytesOf(options: readonly NdOption[]): number {
  return encodeNdOptions(options).length;
}

/** One list at least, in the order of the options. */
function pack(options: readonly NdOption[], roomBytes: number): readonly (readonly NdOption[])[] {
  let part: NdOption[] = [];
  const parts = [part];
  let usedBytes = 0;
  for (const option of options) {
    const bytes = bytesOf([option]);
    if (usedBytes > 0 && usedBytes + bytes > roomBytes) {
      part = [];
      parts.push(part);
      usedBytes = 0;
    }
    part.push(option);
    usedBytes += bytes;
  }
  return parts;
}

/** A long list of resolvers or search domains as several options (RFC 8106 §5.1, §5.2). */
function fit(option: NdOption, roomBytes: number): readonly NdOption[] {
  if (bytesOf([option]) <= roomBytes) return [option];
  return halve(option)?.flatMap((half) => fit(half, roomBytes)) ?? [option];
}

/** Undefined for an option that can't be divided. */
function halve(option: NdOption): readonly NdOption[] | undefined {
  if (option.kind === 'rdnss' && option.servers.length > 1) {
    return halves(option.servers).map((servers) => ({ ...option, servers }));
  }
  if (option.kind === 'dnssl' && option.domains.length > 1) {
    return halves(option.domains).map((domains) => ({ ...option, domains }));
  }
  return undefined;
}

function halves<T>(list: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}
