/**
 * An object with all these names, each with the same value. A copy of it, `{ ...template }`, is made at once, and stays what V8
 * calls fast; an object that gets dozens of names one after the other becomes a hash table, which is slow to read and to show.
 */
export function templateOf<V>(names: readonly string[], value: V): Readonly<Record<string, V>> {
  return Object.fromEntries(names.map((name) => [name, value]));
}
