import { err, ok, type Result } from '../../base/index.ts';
import { familyBits, prefixFamily } from '../../ip/index.ts';
import type { Problem } from '../../kit/index.ts';
import { compact } from './prefix-set.ts';
import { illegalBounds, mixedPrefixes, noPrefixes, tooManyPrefixes } from './refusals.ts';
import type { Subnetpool, SubnetpoolInput } from './subnetpool.ts';

/** The fields of a pool that must fit together. */
type Shape = Pick<Subnetpool, 'prefixes' | 'ipVersion' | 'defaultPrefixlen' | 'minPrefixlen' | 'maxPrefixlen'>;

/** As a client gives them. */
type Wanted = Pick<SubnetpoolInput, 'prefixes' | 'defaultPrefixlen' | 'minPrefixlen' | 'maxPrefixlen'>;

/** Bounds the work of every change of a pool. DEVIATION(ADR-0008): Neutron has no bound. */
const maxPrefixes = 1_000;

/** Neutron's: a subnet of IPv6 is a /64 unless somebody says otherwise. */
const defaultMinimum = { 4: 8, 6: 64 } as const;

/** Fills in what a client left open, and checks that it all fits together (neutron ipam/subnet_alloc.py `SubnetPoolReader`). */
export function decideShape(wanted: Wanted): Result<Shape, Problem> {
  const [first] = wanted.prefixes;
  if (!first) return err(noPrefixes());
  const ipVersion = prefixFamily(first);
  if (wanted.prefixes.some((prefix) => prefixFamily(prefix) !== ipVersion)) return err(mixedPrefixes());
  const prefixes = compact(wanted.prefixes);
  if (prefixes.length > maxPrefixes) return err(tooManyPrefixes({ maximum: maxPrefixes }));
  const minPrefixlen = wanted.minPrefixlen ?? defaultMinimum[ipVersion];
  const maxPrefixlen = wanted.maxPrefixlen ?? familyBits(ipVersion);
  const shape = {
    prefixes,
    ipVersion,
    minPrefixlen,
    maxPrefixlen,
    defaultPrefixlen: wanted.defaultPrefixlen ?? minPrefixlen,
  };
  const wrong = checkBounds(shape);
  return wrong ? err(wrong) : ok(shape);
}

function checkBounds({ ipVersion, minPrefixlen, maxPrefixlen, defaultPrefixlen }: Shape): Problem | undefined {
  const least = { name: 'min_prefixlen', length: minPrefixlen };
  const greatest = { name: 'max_prefixlen', length: maxPrefixlen };
  const usual = { name: 'default_prefixlen', length: defaultPrefixlen };
  const bits = familyBits(ipVersion);
  if (minPrefixlen > maxPrefixlen) return illegalBounds({ ...least, boundName: greatest.name, bound: maxPrefixlen });
  if (maxPrefixlen > bits) return illegalBounds({ ...greatest, boundName: 'ip_version_max', bound: bits });
  if (defaultPrefixlen < minPrefixlen) return illegalBounds({ ...usual, boundName: least.name, bound: minPrefixlen });
  if (defaultPrefixlen > maxPrefixlen)
    return illegalBounds({ ...usual, boundName: greatest.name, bound: maxPrefixlen });
  return undefined;
}
