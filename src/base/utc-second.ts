/** The second that was told last: thousands of requests in it ask again, and making the text takes a microsecond or more. */
let last = { second: -1, text: '' };

/** A moment, in milliseconds since the Unix epoch, as Neutron prints it: `2026-11-21T20:00:00Z` (ISO 8601, UTC, whole seconds). */
export function utcSecond(moment: number): string {
  const second = Math.floor(moment / 1_000);
  if (second !== last.second) last = { second, text: `${new Date(second * 1_000).toISOString().slice(0, 19)}Z` };
  return last.text;
}
