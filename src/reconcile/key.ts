import type { Key } from '../kit/index.ts';

/** The key as one string, `kind/id`, for maps, labels and logs. */
export function keyText({ kind, id }: Key): string {
  return `${kind}/${id}`;
}

/** Reads `kind/id` back. Undefined for anything that `keyText` can't have written. */
export function parseKey(text: string): Key | undefined {
  const slash = text.indexOf('/');
  if (slash <= 0 || slash === text.length - 1) return undefined;
  return { kind: text.slice(0, slash), id: text.slice(slash + 1) };
}
