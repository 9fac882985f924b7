import {
  compareAddress,
  familyBits,
  lastAddress,
  type Prefix,
  prefixContainsPrefix,
  prefixOf,
} from '../../ip/index.ts';

/** The fewest prefixes with the same addresses, in their order (netaddr `IPSet.compact`). All of one family. */
export function compact(prefixes: readonly Prefix[]): readonly Prefix[] {
  const whole: Prefix[] = [];
  for (const prefix of inOrder(prefixes)) {
    const last = whole.at(-1);
    if (!last || !prefixContainsPrefix(last, prefix)) push(whole, prefix);
  }
  return whole;
}

/** Adds a prefix that lies behind the last one. Two halves become one prefix, for as long as there are some. */
function push(whole: Prefix[], prefix: Prefix): void {
  const last = whole.at(-1);
  if (last && last.length === prefix.length && parentOf(last).address.value === parentOf(prefix).address.value) {
    whole.pop();
    push(whole, parentOf(prefix));
  } else whole.push(prefix);
}

/** The addresses of `from` that are in none of `gone`. Both are compact. */
export function without(from: readonly Prefix[], gone: readonly Prefix[]): readonly Prefix[] {
  return [...overlaps(from, gone)].flatMap(([prefix, parts]) => cut(prefix, parts));
}

/** `gone`: prefixes that overlap this one. */
function cut(prefix: Prefix, gone: readonly Prefix[]): readonly Prefix[] {
  if (gone.length === 0) return [prefix];
  if (gone.some((each) => prefixContainsPrefix(each, prefix))) return [];
  return halvesOf(prefix).flatMap((half) =>
    cut(
      half,
      gone.filter((each) => prefixContainsPrefix(half, each)),
    ),
  );
}

/** The addresses that are in both. Both are compact. */
export function intersection(some: readonly Prefix[], others: readonly Prefix[]): readonly Prefix[] {
  return [...overlaps(some, others)].flatMap(([prefix, parts]) =>
    parts.map((part) => (prefixContainsPrefix(prefix, part) ? part : prefix)),
  );
}

/** Each of `some`, and those of `others` that overlap it. Both are compact, so that one walk along both finds them. */
function* overlaps(
  some: readonly Prefix[],
  others: readonly Prefix[],
): Iterable<readonly [prefix: Prefix, parts: readonly Prefix[]]> {
  let start = 0;
  for (const prefix of some) {
    const end = lastAddress(prefix);
    while (isBefore(others[start], prefix)) start += 1;
    let next = start;
    while (startsBy(others[next], end.value)) next += 1;
    yield [prefix, others.slice(start, next)];
  }
}

function isBefore(other: Prefix | undefined, prefix: Prefix): boolean {
  return other !== undefined && lastAddress(other).value < prefix.address.value;
}

function startsBy(other: Prefix | undefined, value: bigint): boolean {
  return other !== undefined && other.address.value <= value;
}

function inOrder(prefixes: readonly Prefix[]): readonly Prefix[] {
  return prefixes.toSorted((a, b) => compareAddress(a.address, b.address) || a.length - b.length);
}

/** The prefix of twice the size. That of a /0 is itself. */
function parentOf({ address, length }: Prefix): Prefix {
  return prefixOf(address, Math.max(0, length - 1));
}

function halvesOf({ address: { family, value }, length }: Prefix): readonly Prefix[] {
  const half = 1n << BigInt(familyBits(family) - length - 1);
  return [value, value + half].map((first) => ({ address: { family, value: first }, length: length + 1 }));
}
