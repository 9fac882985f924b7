/** A list in parts of at most `size`, in its order. */
export function* partsOf<T>(list: readonly T[], size: number): Generator<readonly T[], void> {
  for (let start = 0; start < list.length; start += size) yield list.slice(start, start + size);
}
