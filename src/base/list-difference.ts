/** Elements that only one of two lists has. */
interface ListDifference<T> {
  readonly gone: readonly T[];
  readonly come: readonly T[];
}

/**
 * Tells two lists without duplicates apart. It is quick where those elements that both have stand in the same order, and
 * few come and go, however long the lists are.
 */
export function listDifference<T>(before: readonly T[], after: readonly T[]): ListDifference<T> {
  const gone: T[] = [];
  let place = 0;
  for (const element of before) {
    if (after[place] === element) place += 1;
    else gone.push(element);
  }
  const come = after.slice(place);
  if (gone.length === 0 || come.length === 0) return { gone, come };
  const [left, right] = [new Set(gone), new Set(come)];
  return { gone: gone.filter((element) => !right.has(element)), come: come.filter((element) => !left.has(element)) };
}
