/** Characters of a refused value that are worth repeating. */
const longestShown = 1_000;

/** A value of a request as a message repeats it: whatever JSON holds, however deep and long. */
export function showValue(value: unknown): string {
  const text = typeof value === 'string' ? value : (jsonOf(value) ?? 'nothing that can be shown');
  return text.length > longestShown ? `${text.slice(0, longestShown)}...` : text;
}

/** A value as JSON. Undefined where there is none: nothing at all, or what is nested too deep to be written. */
export function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
